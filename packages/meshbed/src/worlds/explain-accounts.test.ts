import {
  CreateVpcPeeringConnectionCommand,
  DeleteRouteCommand,
  DeleteVpcPeeringConnectionCommand,
  DeleteSecurityGroupCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeVpcPeeringConnectionsCommand,
  ReplaceRouteCommand,
  RevokeSecurityGroupIngressCommand,
  type VpcPeeringConnection,
} from '@aws-sdk/client-ec2';
import { TagResourceCommand, UntagResourceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { ready, waiting } from '@meshbed/core';
import type { Sources } from '@meshbed/runner/explain';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explained, explainedAs, explainedWithinASecond, sourcesOf } from './explained.ts';
import { created, planned } from './planned.ts';
import { createWorld, eventually, mustPass, type World } from './world.ts';

const local = '000000000001';
const external = '000000000002';
const cluster = 'ecs-istio-ecs-demo-3';
const into = { from: 'eks/shell', to: 'ecs/3/echo-service' };
const outOf = { from: 'ecs/3/shell-task', to: 'ecs/1/echo-service' };
const istiodExternal = `arn:aws:iam::${external}:role/istiod-external`;
const clusterArn = `arn:aws:ecs:us-east-2:${external}:cluster/${cluster}`;

let world: World;
let sources: Sources & Disposable;

// One world of scenario 3 that is broken and repaired again and again.
beforeAll(async () => {
  world = await createWorld('prepare_tests', '3');
  sources = await sourcesOf(world);
}, 120_000);
afterAll(async () => {
  sources[Symbol.dispose]();
  await world[Symbol.asyncDispose]();
});

const repair = () => mustPass(world.run({ selection: { from: 'infrastructure_iam', to: 'infrastructure_iam' } }));

async function allowedAgain(pair = into): Promise<void> {
  await eventually('the way to be open again', async () => {
    const { verdict, cause } = await explained(sources, pair);
    return verdict === 'allowed' ? ready(true) : waiting(cause?.says ?? verdict);
  });
}

test('plan: names everything that the steps of scenario 3 made in both accounts, and nothing else', () => {
  expect(created(world.sandbox.directory.path)).toEqual(planned('3'));
});

/** Its tasks have to go first; then nothing keeps anybody from deleting the group that the services still name. */
async function deleteExternalGroup(): Promise<void> {
  const { ec2, ecs } = world.external;
  for (const service of ['shell-task', 'echo-service'])
    await ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount: 0 }));
  const Filters = [{ Name: 'group-name', Values: ['istio-ecs-sg'] }];
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  await eventually('end of the group', async () =>
    ec2.send(new DeleteSecurityGroupCommand({ GroupId: SecurityGroups[0]?.GroupId })).then(
      () => ready(true),
      (error: Error) => waiting(error.message),
    ),
  );
}

test('external security group deleted by hand: it comes back with its rules, the services run in it again, all else stays', async () => {
  await deleteExternalGroup();
  const { outcome, changes, outcomes, reasons } = await world.run({ selection: { to: 'prepare_tests' } });
  expect(outcome).toBe('passed');
  const rules = changes.filter((change) => change.startsWith('create security group rule'));
  expect(rules).toHaveLength(6);
  expect(changes.filter((change) => !rules.includes(change)).toSorted()).toEqual([
    'create security group istio-ecs-sg',
    `update ECS service ${cluster}/echo-service`,
    `update ECS service ${cluster}/shell-task`,
  ]);
  const busy = Object.keys(outcomes).filter((step) => outcomes[step] === 'done');
  expect(busy.toSorted()).toEqual(['ecs_clusters', 'infrastructure_iam']);
  expect(reasons).toContain('no security group istio-ecs-sg');
});

test('between accounts: the whole way with peering and the way back, in under a second', async () => {
  const { verdict, via, hops } = await explainedWithinASecond(sources, into);
  expect([verdict, via]).toEqual(['allowed', 'hbone']);
  expect(
    hops.filter(({ step }) => step === 'network').map(({ object, account }) => `${object.split('-')[0]} ${account}`),
  ).toEqual([`rtb ${local}`, `sg ${local}`, `pcx ${local}`, `rtb ${external}`, `sg ${external}`]);
});

test('external security group without the mesh ports', async () => {
  const { ec2 } = world.external;
  const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({}));
  const meshPorts = SecurityGroupRules.find(({ FromPort, ToPort }) => FromPort === 15_000 && ToPort === 15_200);
  const { GroupId, SecurityGroupRuleId = '' } = meshPorts ?? {};
  await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: [SecurityGroupRuleId] }));
  const { cause } = await explained(sources, into);
  expect(cause).toMatchObject({ reason: 'security-group-ingress', object: GroupId, account: external });
  expect(cause?.fix[0]).toMatch(/CidrIp=192\.168\.0\.0\/16.*--profile external/);
  await repair();
  await allowedAgain();
});

test('route missing in a private table: no way back, and no way out', async () => {
  const { ec2 } = world.external;
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({}));
  const DestinationCidrBlock = '192.168.0.0/16';
  const [table] = RouteTables.filter(({ Routes = [] }) =>
    Routes.some(({ NatGatewayId }) => NatGatewayId !== undefined),
  );
  const RouteTableId = table?.RouteTableId;
  await ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock }));
  expect((await explained(sources, into)).cause).toMatchObject({
    reason: 'return-route-missing',
    object: RouteTableId,
    account: external,
  });
  const { cause } = await explained(sources, outOf);
  expect(cause).toMatchObject({ reason: 'route-missing', object: RouteTableId, account: external });
  expect(cause?.fix.join()).toContain(
    `create-route --route-table-id ${RouteTableId} --destination-cidr-block ${DestinationCidrBlock}`,
  );
  await repair();
  await allowedAgain(outOf);
});

test('peering not accepted: the peering, in the account that has to', async () => {
  const { ec2 } = world.aws;
  const { VpcPeeringConnections = [] } = await ec2.send(new DescribeVpcPeeringConnectionsCommand({}));
  const [active] = VpcPeeringConnections;
  const pending = await requestedAnew(active ?? {});
  const { cause } = await explained(sources, into);
  expect(cause).toMatchObject({ reason: 'peering-not-accepted', object: pending, account: external });
  expect(cause?.fix[0]).toMatch(
    new RegExp(`^aws ec2 accept-vpc-peering-connection --vpc-peering-connection-id ${pending} --profile external`),
  );
  await ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId: pending }));
  await repair();
  await allowedAgain();
});

/** In place of the one that works; the routes at home lead through it. */
async function requestedAnew({
  VpcPeeringConnectionId,
  RequesterVpcInfo,
  AccepterVpcInfo,
}: VpcPeeringConnection): Promise<string> {
  const { ec2 } = world.aws;
  await ec2.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
  const { VpcPeeringConnection: made } = await ec2.send(
    new CreateVpcPeeringConnectionCommand({
      VpcId: RequesterVpcInfo?.VpcId,
      PeerVpcId: AccepterVpcInfo?.VpcId,
      PeerOwnerId: external,
    }),
  );
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({}));
  for (const { RouteTableId, Routes = [] } of RouteTables) {
    const route = Routes.find((each) => each.VpcPeeringConnectionId === VpcPeeringConnectionId);
    if (!route) continue;
    const { DestinationCidrBlock } = route;
    await ec2.send(
      new ReplaceRouteCommand({
        RouteTableId,
        DestinationCidrBlock,
        VpcPeeringConnectionId: made?.VpcPeeringConnectionId,
      }),
    );
  }
  return made?.VpcPeeringConnectionId ?? '';
}

test.each([
  ['trust of istiod-external missing', 'trust-missing', { Service: 'ec2.amazonaws.com' }],
  ['TagSession of istiod-external missing', 'tag-session-missing', { AWS: `arn:aws:iam::${local}:role/istiod-role` }],
])('%s: the role in the other account', async (_, reason, Principal) => {
  const Statement = [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await world.external.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'istiod-external', PolicyDocument }));
  await forgetDiscovered();
  const { cause } = await explainedAs(sources, into, reason);
  expect(cause).toMatchObject({ object: istiodExternal, account: external });
  expect(cause?.fix[0]).toMatch(/^aws iam update-assume-role-policy --role-name istiod-external .*--profile external/);
  expect((await explained(sources, { ...into, to: 'ecs/1/echo-service' })).verdict).toBe('allowed');
  await repair();
  await allowedAgain();
});

/** As if istiod had never read the account: what it published once it keeps. */
async function forgetDiscovered(): Promise<void> {
  for (const kind of ['ServiceEntry', 'WorkloadEntry']) {
    const found = await world.kube.list('networking.istio.io/v1', kind, { namespace: cluster });
    await Promise.all(found.map((object) => world.kube.delete(object)));
  }
}

test('external cluster without the discovery tag', async () => {
  const { ecs } = world.external;
  const tag = { key: 'ecs.solo.io/discovery-enabled', value: 'true' };
  await ecs.send(new UntagResourceCommand({ resourceArn: clusterArn, tagKeys: [tag.key] }));
  const { cause } = await explainedAs(sources, into, 'discovery-tag-missing');
  expect(cause).toMatchObject({ object: clusterArn, account: external });
  await ecs.send(new TagResourceCommand({ resourceArn: clusterArn, tags: [tag] }));
  await allowedAgain();
});

test('external tasks without enrolment', async () => {
  const { ecs } = world.external;
  const revision = { cluster, taskDefinition: 'shell-task-definition:1', service: 'shell-task' };
  await ecs.send(new UpdateServiceCommand(revision));
  const { cause } = await explainedAs(sources, outOf, 'caller-not-enrolled');
  expect(cause).toMatchObject({
    object: `arn:aws:ecs:us-east-2:${external}:service/${cluster}/shell-task`,
    account: external,
  });
  expect(cause?.fix[0]).toMatch(/^istioctl ecs add-service shell-task .*--external --profile external$/);
});
