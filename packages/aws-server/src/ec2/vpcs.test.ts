import * as EC2 from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal } from '../testing/errors.ts';
import { createGateway, createGroup, createSubnet, createTable, createVpc, named, quickly } from '../testing/vpc.ts';
import { external, local, type TestServer, testServer } from '../testing/server.ts';

let server: TestServer;
let ec2: EC2.EC2Client;
let vpc: string;
beforeAll(async () => {
  server = await testServer();
  ec2 = new EC2.EC2Client(server.client());
  vpc = await createVpc(ec2, '10.1.0.0/16', 'istio-ecs-external-vpc');
});
afterAll(() => server[Symbol.asyncDispose]());

const describeVpcs = async (input: EC2.DescribeVpcsCommandInput, client = ec2) =>
  (await client.send(new EC2.DescribeVpcsCommand(input))).Vpcs?.map(({ VpcId }) => VpcId);

describe('VPCs', () => {
  test('create: pending, then available, with main route table and default group', async () => {
    const { Vpc } = await ec2.send(new EC2.CreateVpcCommand({ CidrBlock: '10.9.0.0/16' }));
    expect(Vpc).toMatchObject({ State: 'pending', CidrBlock: '10.9.0.0/16', OwnerId: local, IsDefault: false });
    const VpcId = Vpc?.VpcId ?? '';
    await EC2.waitUntilVpcAvailable(quickly(ec2), { VpcIds: [VpcId] });
    const Filters = [{ Name: 'vpc-id', Values: [VpcId] }];
    const { RouteTables } = await ec2.send(new EC2.DescribeRouteTablesCommand({ Filters }));
    expect(RouteTables).toHaveLength(1);
    expect(RouteTables?.[0]?.Associations?.[0]?.Main).toBe(true);
    expect(RouteTables?.[0]?.Routes).toEqual([
      { DestinationCidrBlock: '10.9.0.0/16', GatewayId: 'local', Origin: 'CreateRouteTable', State: 'active' },
    ]);
    const { SecurityGroups } = await ec2.send(new EC2.DescribeSecurityGroupsCommand({ Filters }));
    expect(SecurityGroups?.map(({ GroupName }) => GroupName)).toEqual(['default']);
    await ec2.send(new EC2.DeleteVpcCommand({ VpcId }));
    expect(await refusal(describeVpcs({ VpcIds: [VpcId] }))).toMatchObject({ code: 'InvalidVpcID.NotFound' });
  });

  test('attributes: one per call, host names need the resolver', async () => {
    const set = (input: Partial<EC2.ModifyVpcAttributeCommandInput>) =>
      ec2.send(new EC2.ModifyVpcAttributeCommand({ VpcId: vpc, ...input }));
    await set({ EnableDnsHostnames: { Value: true } });
    const { EnableDnsHostnames } = await ec2.send(
      new EC2.DescribeVpcAttributeCommand({ VpcId: vpc, Attribute: 'enableDnsHostnames' }),
    );
    expect(EnableDnsHostnames?.Value).toBe(true);
    const both = { EnableDnsHostnames: { Value: true }, EnableDnsSupport: { Value: true } };
    expect(await refusal(set(both))).toMatchObject({ code: 'InvalidParameterCombination' });
    await set({ EnableDnsHostnames: { Value: false } });
    await set({ EnableDnsSupport: { Value: false } });
    expect(await refusal(set({ EnableDnsHostnames: { Value: true } }))).toMatchObject({
      code: 'InvalidParameterValue',
    });
    await set({ EnableDnsSupport: { Value: true } });
  });

  test.each<[string, EC2.Filter[]]>([
    ['exact tag', [{ Name: 'tag:Name', Values: ['istio-ecs-external-vpc'] }]],
    ['wildcards', [{ Name: 'tag:Name', Values: ['nothing', '*external?vpc'] }]],
    ['tag key', [{ Name: 'tag-key', Values: ['Name'] }]],
    [
      'several, all of them',
      [
        { Name: 'cidr', Values: ['10.1.*'] },
        { Name: 'state', Values: ['available'] },
      ],
    ],
  ])('filter by %s: finds it', async (_, Filters) => {
    await EC2.waitUntilVpcAvailable(quickly(ec2), { VpcIds: [vpc] });
    expect(await describeVpcs({ Filters })).toEqual([vpc]);
    const nothing = [...Filters, { Name: 'is-default', Values: ['true'] }];
    expect(await describeVpcs({ Filters: nothing })).toEqual([]);
  });

  test('another account: sees nothing of it', async () => {
    const other = new EC2.EC2Client(server.client(external));
    expect(await describeVpcs({}, other)).toEqual([]);
    expect(await refusal(describeVpcs({ VpcIds: [vpc] }, other))).toMatchObject({ code: 'InvalidVpcID.NotFound' });
  });

  test('another region: sees nothing of it', async () => {
    const other = new EC2.EC2Client({ ...server.client(), region: 'eu-west-1' });
    expect(await describeVpcs({}, other)).toEqual([]);
  });

  test('dry run: says that it would have succeeded and does nothing', async () => {
    const call = ec2.send(new EC2.DeleteVpcCommand({ VpcId: vpc, DryRun: true }));
    expect(await refusal(call)).toMatchObject({ code: 'DryRunOperation', status: 412 });
    expect(await describeVpcs({ VpcIds: [vpc] })).toEqual([vpc]);
  });
});

describe('subnets', () => {
  test('create, modify, describe: zone, free addresses, wildcards in names', async () => {
    const CidrBlock = '10.1.4.0/24';
    const more = { AvailabilityZone: 'us-east-2b', TagSpecifications: named('subnet', 'eksctl/SubnetPublicB') };
    const SubnetId = await createSubnet(ec2, vpc, CidrBlock, more);
    await EC2.waitUntilSubnetAvailable(quickly(ec2), { SubnetIds: [SubnetId] });
    await ec2.send(new EC2.ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }));
    const Filters = [
      { Name: 'vpc-id', Values: [vpc] },
      { Name: 'tag:Name', Values: ['*Public*'] },
    ];
    const { Subnets } = await ec2.send(new EC2.DescribeSubnetsCommand({ Filters }));
    expect(Subnets).toMatchObject([
      { SubnetId, AvailabilityZone: 'us-east-2b', AvailabilityZoneId: 'use2-az2', MapPublicIpOnLaunch: true },
    ]);
    expect(Subnets?.[0]?.AvailableIpAddressCount).toBe(251);
    await ec2.send(new EC2.DeleteSubnetCommand({ SubnetId }));
  });

  test('pages: every subnet once', async () => {
    const ids = [];
    for (const block of [10, 11, 12, 13, 14]) ids.push(await createSubnet(ec2, vpc, `10.1.${block}.0/24`));
    const found: (string | undefined)[] = [];
    const Filters = [{ Name: 'vpc-id', Values: [vpc] }];
    for await (const { Subnets = [] } of EC2.paginateDescribeSubnets({ client: ec2, pageSize: 2 }, { Filters })) {
      found.push(...Subnets.map(({ SubnetId }) => SubnetId));
    }
    expect(found).toEqual(ids);
    for (const SubnetId of ids) await ec2.send(new EC2.DeleteSubnetCommand({ SubnetId }));
  });
});

test('availability zones: three', async () => {
  const Filters = [
    { Name: 'zone-type', Values: ['availability-zone'] },
    { Name: 'state', Values: ['available'] },
  ];
  const { AvailabilityZones } = await ec2.send(new EC2.DescribeAvailabilityZonesCommand({ Filters }));
  expect(AvailabilityZones?.map(({ ZoneName }) => ZoneName)).toEqual(['us-east-2a', 'us-east-2b', 'us-east-2c']);
});

test('tags: on several resources, described, deleted by key or by key and value', async () => {
  const Resources = [vpc, await createGateway(ec2)];
  await ec2.send(
    new EC2.CreateTagsCommand({
      Resources,
      Tags: [
        { Key: 'owner', Value: 'me' },
        { Key: 'x', Value: '1' },
      ],
    }),
  );
  const Filters = [{ Name: 'key', Values: ['owner'] }];
  const { Tags } = await ec2.send(new EC2.DescribeTagsCommand({ Filters }));
  expect(Tags?.map(({ ResourceId, ResourceType }) => [ResourceId, ResourceType])).toEqual([
    [vpc, 'vpc'],
    [Resources[1], 'internet-gateway'],
  ]);
  await ec2.send(
    new EC2.DeleteTagsCommand({ Resources: [vpc], Tags: [{ Key: 'owner' }, { Key: 'x', Value: 'other' }] }),
  );
  const { Vpcs } = await ec2.send(new EC2.DescribeVpcsCommand({ VpcIds: [vpc] }));
  expect(Vpcs?.[0]?.Tags?.map(({ Key }) => Key)).toEqual(['Name', 'x']);
});

describe('refusals', () => {
  const id = (prefix: string) => `${prefix}-0123456789abcdef0`;
  test.each<[string, () => Promise<unknown>, string]>([
    ['unknown VPC', () => describeVpcs({ VpcIds: [id('vpc')] }), 'InvalidVpcID.NotFound'],
    ['malformed VPC id', () => describeVpcs({ VpcIds: ['nonsense'] }), 'InvalidVpcID.Malformed'],
    ['unknown filter', () => describeVpcs({ Filters: [{ Name: 'colour', Values: ['red'] }] }), 'InvalidParameterValue'],
    ['foreign page token', () => describeVpcs({ NextToken: 'nonsense' }), 'InvalidNextToken'],
    ['block of a VPC: no block', () => createVpc(ec2, 'x'), 'InvalidParameterValue'],
    ['block of a VPC: too large', () => createVpc(ec2, '10.0.0.0/8'), 'InvalidVpc.Range'],
    ['subnet outside its VPC', () => createSubnet(ec2, vpc, '10.2.0.0/24'), 'InvalidSubnet.Range'],
    ['subnet in no VPC', () => createSubnet(ec2, id('vpc'), '10.1.0.0/24'), 'InvalidVpcID.NotFound'],
    [
      'unknown zone',
      () => createSubnet(ec2, vpc, '10.1.99.0/24', { AvailabilityZone: 'us-east-2z' }),
      'InvalidParameterValue',
    ],
    [
      'tags of another type',
      () => ec2.send(new EC2.CreateVpcCommand({ CidrBlock: '10.3.0.0/16', TagSpecifications: named('subnet', 'x') })),
      'InvalidParameterValue',
    ],
    [
      'a parameter that is not supported',
      () => ec2.send(new EC2.CreateVpcCommand({ CidrBlock: '10.3.0.0/16', AmazonProvidedIpv6CidrBlock: true })),
      'UnsupportedOperation',
    ],
    ['a missing parameter', () => ec2.send(new EC2.CreateSubnetCommand({ VpcId: vpc })), 'InvalidParameterValue'],
    [
      'reserved tag',
      () => ec2.send(new EC2.CreateTagsCommand({ Resources: [vpc], Tags: [{ Key: 'aws:x', Value: '' }] })),
      'InvalidParameterValue',
    ],
    [
      'tag on nothing',
      () => ec2.send(new EC2.CreateTagsCommand({ Resources: [id('eni')], Tags: [{ Key: 'a', Value: 'b' }] })),
      'InvalidNetworkInterfaceID.NotFound',
    ],
    [
      'not implemented',
      () => ec2.send(new EC2.CreateVolumeCommand({ AvailabilityZone: 'us-east-2a' })),
      'InvalidAction',
    ],
  ])('%s', async (_, call, code) => {
    expect(await refusal(call())).toMatchObject({ code, status: 400 });
  });

  test('overlapping subnets: conflict', async () => {
    const SubnetId = await createSubnet(ec2, vpc, '10.1.50.0/24');
    expect(await refusal(createSubnet(ec2, vpc, '10.1.50.128/25'))).toMatchObject({ code: 'InvalidSubnet.Conflict' });
    await ec2.send(new EC2.DeleteSubnetCommand({ SubnetId }));
  });

  test('the sixth VPC: VpcLimitExceeded', async () => {
    const made: string[] = [];
    const fill = async () => {
      for (let next = 0; next < 6; next++) made.push(await createVpc(ec2, `10.${100 + next}.0.0/16`));
    };
    expect(await refusal(fill())).toMatchObject({ code: 'VpcLimitExceeded' });
    for (const VpcId of made) await ec2.send(new EC2.DeleteVpcCommand({ VpcId }));
  });
});

describe('what blocks the deletion of a VPC', () => {
  test.each<[string, (VpcId: string) => Promise<() => Promise<unknown>>]>([
    [
      'a subnet',
      async (VpcId) => {
        const SubnetId = await createSubnet(ec2, VpcId, '10.8.1.0/24');
        return () => ec2.send(new EC2.DeleteSubnetCommand({ SubnetId }));
      },
    ],
    [
      'a security group',
      async (VpcId) => {
        const GroupId = await createGroup(ec2, VpcId, 'blocker');
        return () => ec2.send(new EC2.DeleteSecurityGroupCommand({ GroupId }));
      },
    ],
    [
      'a route table',
      async (VpcId) => {
        const RouteTableId = await createTable(ec2, VpcId);
        return () => ec2.send(new EC2.DeleteRouteTableCommand({ RouteTableId }));
      },
    ],
    [
      'an Internet gateway',
      async (VpcId) => {
        const InternetGatewayId = await createGateway(ec2, VpcId);
        return () => ec2.send(new EC2.DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
      },
    ],
  ])('%s', async (_, block) => {
    const VpcId = await createVpc(ec2, '10.8.0.0/16');
    const unblock = await block(VpcId);
    const remove = () => ec2.send(new EC2.DeleteVpcCommand({ VpcId }));
    expect(await refusal(remove())).toMatchObject({
      code: 'DependencyViolation',
      message: `The vpc '${VpcId}' has dependencies and cannot be deleted.`,
    });
    await unblock();
    await remove();
  });
});
