import * as EC2 from '@aws-sdk/client-ec2';
import * as ELB from '@aws-sdk/client-elastic-load-balancing-v2';
import type { NetworkInterface } from '@meshbed/fabric';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal } from '../testing/errors.ts';
import { createGateway, createGroup, createSubnet, createTable, createVpc } from '../testing/vpc.ts';
import { local, type TestServer, testServer } from '../testing/server.ts';

let server: TestServer;
let ec2: EC2.EC2Client;
let elb: ELB.ElasticLoadBalancingV2Client;
let vpc: string;
let subnets: string[];
let group: string;
let workload: NetworkInterface;

const waiting = () => ({ client: elb, maxWaitTime: 5, minDelay: 0.005, maxDelay: 0.01 });

beforeAll(async () => {
  server = await testServer();
  ec2 = new EC2.EC2Client(server.client());
  elb = new ELB.ElasticLoadBalancingV2Client(server.client());
  vpc = await createVpc(ec2);
  subnets = [
    await createSubnet(ec2, vpc, '10.1.1.0/24', { AvailabilityZone: 'us-east-2a' }),
    await createSubnet(ec2, vpc, '10.1.2.0/24', { AvailabilityZone: 'us-east-2b' }),
  ];
  const GatewayId = await createGateway(ec2, vpc);
  const RouteTableId = await createTable(ec2, vpc);
  await ec2.send(new EC2.CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId }));
  for (const SubnetId of subnets) await ec2.send(new EC2.AssociateRouteTableCommand({ RouteTableId, SubnetId }));
  group = await createGroup(ec2, vpc, 'workload');
  workload = server.fabric.createInterface({
    subnetId: subnets[0] ?? '',
    groupIds: [group],
    ownerId: local,
    region: 'us-east-2',
    description: 'workload',
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const admit = (Port: number) => ({
  GroupId: group,
  IpPermissions: [{ IpProtocol: 'tcp', FromPort: Port, ToPort: Port, IpRanges: [{ CidrIp: '10.1.0.0/16' }] }],
});

const createBalancer = async (Name: string, more: Partial<ELB.CreateLoadBalancerCommandInput> = {}) => {
  const input = { Name, Type: 'network' as const, Subnets: subnets, ...more };
  return (await elb.send(new ELB.CreateLoadBalancerCommand(input))).LoadBalancers?.[0];
};
const createTargets = async (Name: string, more: Partial<ELB.CreateTargetGroupCommandInput> = {}) => {
  const input = { Name, Protocol: 'TCP' as const, Port: 15_008, VpcId: vpc, TargetType: 'ip' as const, ...more };
  return (await elb.send(new ELB.CreateTargetGroupCommand(input))).TargetGroups?.[0]?.TargetGroupArn ?? '';
};
const listen = (LoadBalancerArn: string, TargetGroupArn: string, Port: number) =>
  elb.send(
    new ELB.CreateListenerCommand({
      LoadBalancerArn,
      Protocol: 'TCP',
      Port,
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
    }),
  );
const health = async (TargetGroupArn: string) =>
  (await elb.send(new ELB.DescribeTargetHealthCommand({ TargetGroupArn }))).TargetHealthDescriptions?.[0]?.TargetHealth;

test('its life: provisioning, active, traffic, deletion with what it blocks', async () => {
  const created = await createBalancer('eastwest', { SecurityGroups: [] });
  const arn = created?.LoadBalancerArn ?? '';
  expect(created).toMatchObject({
    State: { Code: 'provisioning' },
    Scheme: 'internet-facing',
    Type: 'network',
    VpcId: vpc,
  });
  const targets = await createTargets('eastwest-15008');
  await elb.send(new ELB.RegisterTargetsCommand({ TargetGroupArn: targets, Targets: [{ Id: workload.ips[0] }] }));
  expect(await health(targets)).toMatchObject({ State: 'unused', Reason: 'Target.NotInUse' });
  await listen(arn, targets, 15_008);
  await ELB.waitUntilLoadBalancerAvailable(waiting(), { LoadBalancerArns: [arn] });
  expect(server.fabric.names.resolve(created?.DNSName ?? '', { vpcId: vpc })).toHaveLength(2);

  // The security group decides about the health check too.
  await expect
    .poll(() => health(targets), { interval: 5 })
    .toMatchObject({ State: 'unhealthy', Reason: 'Target.FailedHealthChecks' });
  expect((await health(targets))?.Description).toContain(group);
  await ec2.send(new EC2.AuthorizeSecurityGroupIngressCommand(admit(15_008)));
  await using _ = await server.fabric.listen(
    { eniId: workload.id, ip: workload.ips[0] ?? '', port: 15_008 },
    (socket) => {
      socket.end('hello');
    },
  );
  await ELB.waitUntilTargetInService(waiting(), { TargetGroupArn: targets });

  const client = server.fabric.createInterface({
    subnetId: subnets[1] ?? '',
    groupIds: [group],
    ownerId: local,
    region: 'us-east-2',
    description: 'client',
    withPublicIp: true,
  });
  const [ip = ''] = server.fabric.names.resolve(created?.DNSName ?? '', { vpcId: vpc });
  const socket = await server.fabric.dial({ eniId: client.id, ip: client.ips[0] ?? '' }, { ip, port: 15_008 });
  const received: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) received.push(chunk);
  expect(Buffer.concat(received).toString()).toBe('hello');

  const { Listeners } = await elb.send(new ELB.DescribeListenersCommand({ LoadBalancerArn: arn }));
  expect(Listeners).toMatchObject([{ Port: 15_008, DefaultActions: [{ TargetGroupArn: targets }] }]);
  const remove = () => elb.send(new ELB.DeleteTargetGroupCommand({ TargetGroupArn: targets }));
  expect(await refusal(remove())).toMatchObject({ code: 'ResourceInUse', status: 400 });
  await elb.send(new ELB.DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
  await elb.send(new ELB.DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
  const gone = elb.send(new ELB.DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }));
  expect(await refusal(gone)).toMatchObject({ code: 'LoadBalancerNotFound', status: 400 });
  await remove();
  await ELB.waitUntilLoadBalancersDeleted(waiting(), { LoadBalancerArns: [arn] });
  const leftOver = () =>
    [...server.fabric.interfaces.values()].filter(({ interfaceType }) => interfaceType === 'network_load_balancer');
  await expect.poll(() => leftOver().length, { interval: 5 }).toBe(0);
});

describe('details', () => {
  test('names: the same settings give the same one, others are refused', async () => {
    const first = await createBalancer('twice', { Scheme: 'internal' });
    expect((await createBalancer('twice', { Scheme: 'internal' }))?.LoadBalancerArn).toBe(first?.LoadBalancerArn);
    expect(await refusal(createBalancer('twice'))).toMatchObject({ code: 'DuplicateLoadBalancerName' });
    const { LoadBalancers } = await elb.send(new ELB.DescribeLoadBalancersCommand({ Names: ['twice'] }));
    expect(LoadBalancers).toMatchObject([{ Scheme: 'internal' }]);
  });

  test('pages: every load balancer once', async () => {
    for (const name of ['page-a', 'page-b', 'page-c']) await createBalancer(name, { Scheme: 'internal' });
    const found: (string | undefined)[] = [];
    for await (const { LoadBalancers = [] } of ELB.paginateDescribeLoadBalancers({ client: elb, pageSize: 2 }, {})) {
      found.push(...LoadBalancers.map(({ LoadBalancerName }) => LoadBalancerName));
    }
    expect(found).toEqual(expect.arrayContaining(['page-a', 'page-b', 'page-c']));
    expect(new Set(found).size).toBe(found.length);
  });

  test('deletion protection: until it is switched off', async () => {
    const { LoadBalancerArn } = (await createBalancer('protected', { Scheme: 'internal' })) ?? {};
    const protect = (Value: string) => {
      const Attributes = [{ Key: 'deletion_protection.enabled', Value }];
      return elb.send(new ELB.ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes }));
    };
    const remove = () => elb.send(new ELB.DeleteLoadBalancerCommand({ LoadBalancerArn }));
    await protect('true');
    expect(await refusal(remove())).toMatchObject({ code: 'OperationNotPermitted' });
    await protect('false');
    await remove();
  });

  test('tags: on load balancers and target groups', async () => {
    const Tags = [{ Key: 'kubernetes.io/cluster/demo', Value: 'owned' }];
    const balancer = await createBalancer('tagged', { Scheme: 'internal', Tags });
    const ResourceArns = [balancer?.LoadBalancerArn ?? '', await createTargets('tagged')];
    await elb.send(new ELB.AddTagsCommand({ ResourceArns, Tags: [{ Key: 'a', Value: '1' }] }));
    await elb.send(new ELB.RemoveTagsCommand({ ResourceArns, TagKeys: ['kubernetes.io/cluster/demo'] }));
    const { TagDescriptions } = await elb.send(new ELB.DescribeTagsCommand({ ResourceArns }));
    expect(TagDescriptions).toEqual(
      ResourceArns.map((ResourceArn) => ({ ResourceArn, Tags: [{ Key: 'a', Value: '1' }] })),
    );
  });
});

describe('refusals', () => {
  const arn = (resource: string) => `arn:aws:elasticloadbalancing:us-east-2:${local}:${resource}`;
  const Scheme = 'internal' as const;
  test.each<[string, () => Promise<unknown>, string]>([
    [
      'unknown name',
      () => elb.send(new ELB.DescribeLoadBalancersCommand({ Names: ['nothing'] })),
      'LoadBalancerNotFound',
    ],
    ['unknown target group', () => health(arn('targetgroup/x/1')), 'TargetGroupNotFound'],
    ['unknown subnet', () => createBalancer('x', { Subnets: ['subnet-0'] }), 'SubnetNotFound'],
    ['unknown group', () => createBalancer('x', { SecurityGroups: ['sg-0'] }), 'InvalidSecurityGroup'],
    ['no subnet', () => createBalancer('x', { Subnets: [] }), 'ValidationError'],
    [
      'two subnets of one zone',
      () => createBalancer('x', { Subnets: [subnets[0] ?? '', subnets[0] ?? ''] }),
      'InvalidConfigurationRequest',
    ],
    ['a wrong name', () => createBalancer('internal-x'), 'ValidationError'],
    ['an application load balancer', () => createBalancer('x', { Type: 'application' }), 'UnsupportedOperation'],
    [
      'an address outside the VPC',
      async () => {
        const TargetGroupArn = await createTargets('outside');
        return elb.send(new ELB.RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: '192.168.0.4' }] }));
      },
      'InvalidTarget',
    ],
    ['an HTTP target group', () => createTargets('http', { Protocol: 'HTTP' }), 'UnsupportedOperation'],
    [
      'a second listener on a port',
      async () => {
        const { LoadBalancerArn = '' } = (await createBalancer('two-listeners', { Scheme })) ?? {};
        const targets = await createTargets('two-listeners');
        await listen(LoadBalancerArn, targets, 80);
        return listen(LoadBalancerArn, targets, 80);
      },
      'DuplicateListener',
    ],
    [
      'no Internet gateway',
      async () => {
        const other = await createVpc(ec2, '10.2.0.0/16');
        return createBalancer('closed', { Subnets: [await createSubnet(ec2, other, '10.2.1.0/24')] });
      },
      'InvalidSubnet',
    ],
  ])('%s', async (_, call, code) => {
    expect(await refusal(call())).toMatchObject({ code, status: 400 });
  });
});
