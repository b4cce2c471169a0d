import * as EC2 from '@aws-sdk/client-ec2';
import * as ELB from '@aws-sdk/client-elastic-load-balancing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchInstance } from '../ec2/instances.ts';
import { refusal } from '../testing/errors.ts';
import { local, type TestServer, testServer } from '../testing/server.ts';
import { createGateway, createGroup, createSubnet, createVpc, createTable } from '../testing/vpc.ts';

let server: TestServer;
let ec2: EC2.EC2Client;
let elb: ELB.ElasticLoadBalancingClient;
let vpc: string;
let subnet: string;
let group: string;

beforeAll(async () => {
  server = await testServer();
  ec2 = new EC2.EC2Client(server.client());
  elb = new ELB.ElasticLoadBalancingClient(server.client());
  vpc = await createVpc(ec2);
  subnet = await createSubnet(ec2, vpc, '10.1.1.0/24');
  const GatewayId = await createGateway(ec2, vpc);
  const RouteTableId = await createTable(ec2, vpc);
  await ec2.send(new EC2.CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId }));
  await ec2.send(new EC2.AssociateRouteTableCommand({ RouteTableId, SubnetId: subnet }));
  group = await createGroup(ec2, vpc, 'nodes');
});
afterAll(() => server[Symbol.asyncDispose]());

const listener = (LoadBalancerPort: number, InstancePort: number) => ({
  Protocol: 'TCP',
  LoadBalancerPort,
  InstancePort,
});
const create = (LoadBalancerName: string, more: Partial<ELB.CreateLoadBalancerCommandInput> = {}) =>
  elb.send(
    new ELB.CreateLoadBalancerCommand({
      LoadBalancerName,
      Listeners: [listener(80, 30_080)],
      Subnets: [subnet],
      SecurityGroups: [group],
      ...more,
    }),
  );
const describeAll = async (LoadBalancerNames?: string[]) =>
  (await elb.send(new ELB.DescribeLoadBalancersCommand({ LoadBalancerNames }))).LoadBalancerDescriptions ?? [];
const health = async (LoadBalancerName: string) =>
  (await elb.send(new ELB.DescribeInstanceHealthCommand({ LoadBalancerName }))).InstanceStates?.map(
    ({ State }) => State,
  );

test('classic load balancer: is described as the classic API does, forwards to healthy instances, goes', async () => {
  const { DNSName } = await create('web', { Tags: [{ Key: 'kubernetes.io/cluster/c', Value: 'owned' }] });
  expect(await describeAll(['web'])).toMatchObject([
    {
      LoadBalancerName: 'web',
      DNSName,
      VPCId: vpc,
      Subnets: [subnet],
      Scheme: 'internet-facing',
      SecurityGroups: [group],
    },
  ]);
  const {
    id: InstanceId,
    eniId,
    privateIp,
  } = launchInstance(server.aws.world, {
    account: local,
    region: 'us-east-2',
    subnetId: subnet,
    groupIds: [group],
    instanceType: 't2.medium',
    tags: new Map(),
  });
  await using _listener = await server.fabric.listen({ eniId, ip: privateIp, port: 30_080 }, (socket) =>
    socket.end('hello'),
  );
  const key = { LoadBalancerName: 'web', Instances: [{ InstanceId }] };
  await elb.send(new ELB.RegisterInstancesWithLoadBalancerCommand(key));
  expect(await health('web')).toEqual(['OutOfService']);
  const IpPermissions = [
    { IpProtocol: 'tcp', FromPort: 30_080, ToPort: 30_080, IpRanges: [{ CidrIp: '10.1.0.0/16' }] },
  ];
  await ec2.send(new EC2.AuthorizeSecurityGroupIngressCommand({ GroupId: group, IpPermissions }));
  await expect.poll(() => health('web')).toEqual(['InService']);
  const { TagDescriptions } = await elb.send(new ELB.DescribeTagsCommand({ LoadBalancerNames: ['web'] }));
  expect(TagDescriptions?.[0]?.Tags).toEqual([{ Key: 'kubernetes.io/cluster/c', Value: 'owned' }]);

  const { NetworkInterfaces } = await ec2.send(
    new EC2.DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'description', Values: ['ELB web'] }] }),
  );
  expect(NetworkInterfaces).toMatchObject([{ RequesterId: 'amazon-elb', Status: 'in-use' }]);
  await elb.send(new ELB.DeleteLoadBalancerCommand({ LoadBalancerName: 'web' }));
  expect(await describeAll()).toEqual([]);
  await expect
    .poll(() => [...server.fabric.interfaces.values()].some(({ description }) => description === 'ELB web'))
    .toBe(false);
  await elb.send(new ELB.DeleteLoadBalancerCommand({ LoadBalancerName: 'web' }));
});

test.each<[name: string, more: Partial<ELB.CreateLoadBalancerCommandInput>, code: string]>([
  ['a subnet that is not there', { Subnets: ['subnet-0'] }, 'SubnetNotFound'],
  ['a group of nowhere', { SecurityGroups: ['sg-0'] }, 'InvalidSecurityGroup'],
  ['HTTP', { Listeners: [{ Protocol: 'HTTP', LoadBalancerPort: 80, InstancePort: 80 }] }, 'UnsupportedOperation'],
  ['a strange scheme', { Scheme: 'public' }, 'InvalidScheme'],
])('classic CreateLoadBalancer: refuses %s', async (_, more, code) => {
  expect(await refusal(create('refused', more))).toMatchObject({ code });
});

test('classic load balancer: an unknown name is LoadBalancerNotFound', async () => {
  expect(await refusal(describeAll(['nobody']))).toMatchObject({ code: 'LoadBalancerNotFound', status: 400 });
});
