import * as EC2 from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal } from '../testing/errors.ts';
import { asAdministrator } from '../testing/roles.ts';
import { local, type TestServer, testServer } from '../testing/server.ts';
import { createGroup, createSubnet, createVpc } from '../testing/vpc.ts';
import { createDefaultVpc } from '../upkeep/index.ts';
import { type Instance } from './state.ts';
import { launchInstance } from './instances.ts';
import { nothingOperations } from './operations/nothing.ts';

let server: TestServer;
let ec2: EC2.EC2Client;
let subnetId: string;
let groupId: string;
let instance: Instance;

beforeAll(async () => {
  server = await testServer();
  ec2 = new EC2.EC2Client(server.client());
  const vpc = await createVpc(ec2);
  subnetId = await createSubnet(ec2, vpc, '10.1.1.0/24');
  groupId = await createGroup(ec2, vpc, 'nodes');
  const tags = new Map([['eks:cluster-name', 'demo']]);
  const place = { account: local, region: 'us-east-2', subnetId, groupIds: [groupId] };
  instance = launchInstance(server.aws.world, { ...place, instanceType: 't2.medium', tags });
});
afterAll(() => server[Symbol.asyncDispose]());

const ask = (operation: string, input: object = {}) => asAdministrator(server, 'ec2', operation, { ...input });
const filter = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] });

test('account attributes: the default VPC is named once there is one, and groups in it are found by name', async () => {
  const defaultVpc = async () => {
    const answer = await ec2.send(new EC2.DescribeAccountAttributesCommand({ AttributeNames: ['default-vpc'] }));
    return answer.AccountAttributes?.[0]?.AttributeValues?.[0]?.AttributeValue;
  };
  const byName = () => ec2.send(new EC2.DescribeSecurityGroupsCommand({ GroupNames: ['default'] }));
  const create = () => ec2.send(new EC2.CreateSecurityGroupCommand({ GroupName: 'mine', Description: 'mine' }));
  expect(await defaultVpc()).toBe('none');
  expect((await refusal(byName())).code).toBe('InvalidGroup.NotFound');
  expect((await refusal(create())).code).toBe('VPCIdNotSpecified');
  await createDefaultVpc(server.aws.world, local);
  const VpcId = await defaultVpc();
  expect((await byName()).SecurityGroups).toMatchObject([{ VpcId }]);
  await create();
  const mine = await ec2.send(new EC2.DescribeSecurityGroupsCommand({ GroupNames: ['mine'] }));
  expect(mine.SecurityGroups).toMatchObject([{ VpcId }]);
  const nodes = ec2.send(new EC2.DescribeSecurityGroupsCommand({ GroupNames: ['nodes'] }));
  expect(await refusal(nodes)).toMatchObject({
    code: 'InvalidGroup.NotFound',
    message: `The security group 'nodes' does not exist in default VPC '${VpcId}'`,
  });
});

test('instance types: known ones are described and offered in every zone', async () => {
  const medium = new EC2.DescribeInstanceTypesCommand({ InstanceTypes: ['t2.medium'] });
  expect((await ec2.send(medium)).InstanceTypes).toMatchObject([
    { VCpuInfo: { DefaultVCpus: 2 }, MemoryInfo: { SizeInMiB: 4096 }, NetworkInfo: { Ipv4AddressesPerInterface: 6 } },
  ]);
  const offers = new EC2.DescribeInstanceTypeOfferingsCommand({
    LocationType: 'availability-zone',
    ...filter('instance-type', 't2.medium'),
  });
  expect((await ec2.send(offers)).InstanceTypeOfferings).toHaveLength(3);
  expect((await refusal(ask('DescribeInstanceTypes', { InstanceTypes: ['x9.huge'] }))).code).toBe(
    'InvalidInstanceType',
  );
});

test('a network and its machines: access lists, options, volumes, interfaces', async () => {
  await expect(ask('DescribeNetworkAcls', filter('association.subnet-id', subnetId))).resolves.toMatchObject({
    NetworkAcls: [{ IsDefault: true, Associations: [{ SubnetId: subnetId }] }],
  });
  const { Vpcs } = await ec2.send(new EC2.DescribeVpcsCommand({}));
  const options = new EC2.DescribeDhcpOptionsCommand({ DhcpOptionsIds: [Vpcs?.[0]?.DhcpOptionsId ?? ''] });
  expect((await ec2.send(options)).DhcpOptions).toHaveLength(1);
  await expect(ask('DescribeVolumes', filter('attachment.instance-id', instance.id))).resolves.toMatchObject({
    Volumes: [{ Size: 80, VolumeType: 'gp3', State: 'in-use' }],
  });
  const eni = { NetworkInterfaceIds: [instance.eniId] };
  await expect(ask('DescribeNetworkInterfaces', eni)).resolves.toMatchObject({
    NetworkInterfaces: [
      { MacAddress: expect.stringMatching(/^0a:58:/), PrivateDnsName: expect.stringMatching(/^ip-/) },
    ],
  });
  await EC2.waitUntilInstanceStatusOk(
    { client: ec2, maxWaitTime: 5, minDelay: 0.01, maxDelay: 0.02 },
    { InstanceIds: [instance.id] },
  );
  const { attachment } = server.fabric.interfaces.get(instance.eniId)!;
  expect((await refusal(ask('DetachNetworkInterface', { AttachmentId: attachment?.id }))).code).toBe(
    'OperationNotPermitted',
  );
  expect((await refusal(ask('DetachNetworkInterface', { AttachmentId: 'eni-attach-0' }))).code).toBe(
    'InvalidAttachmentID.NotFound',
  );
});

const found: [string, string, string][] = [
  ['DescribeInstances', 'instance.group-name', 'nodes'],
  ['DescribeInstances', 'architecture', 'x86_64'],
  ['DescribeInstances', 'network-interface.subnet-id', 'subnet-*'],
  ['DescribeNetworkInterfaces', 'attachment.device-index', '0'],
  ['DescribeNetworkInterfaces', 'private-dns-name', 'ip-10-1-1-*'],
  ['DescribeSubnets', 'available-ip-address-count', '250'],
  ['DescribeSubnets', 'cidrBlock', '10.1.1.0/24'],
  ['DescribeVpcs', 'cidr-block-association.state', 'associated'],
  ['DescribeAvailabilityZones', 'group-name', 'us-east-2'],
];
test.each(found)('%s: finds by %s', async (operation, name, value) => {
  const [list] = Object.values(await ask(operation, filter(name, value)));
  expect(list).not.toEqual([]);
});

test.each(Object.keys(nothingOperations.handlers))('%s: none, which is an answer', async (operation) => {
  expect(Object.values(await ask(operation))).toEqual([[]]);
});
