import {
  DeleteRouteCommand,
  DeleteSecurityGroupCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import { DeleteServiceCommand, DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { DeleteRoleCommand, DeleteRolePolicyCommand } from '@aws-sdk/client-iam';
import { ready, waiting } from '@meshbed/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { created, planned } from './planned.ts';
import { createWorld, ecsCluster, eventually, type World } from './world.ts';

let world: World;

// One world from which one thing after the other is taken.
beforeAll(async () => {
  world = await createWorld('prepare_tests');
});

afterAll(() => world[Symbol.asyncDispose]());

async function deleteService(service: string): Promise<void> {
  const { ecs } = world.aws;
  await ecs.send(new DeleteServiceCommand({ cluster: ecsCluster, service, force: true }));
  await eventually(`end of ${service}`, async () => {
    const { services = [] } = await ecs.send(new DescribeServicesCommand({ cluster: ecsCluster, services: [service] }));
    const left = services.find(({ status }) => status !== 'INACTIVE');
    return left ? waiting(`it is ${left.status}`) : ready(true);
  });
}

async function deleteGroup(): Promise<void> {
  const { ec2 } = world.aws;
  for (const service of ['shell-task', 'echo-service']) await deleteService(service);
  const Filters = [{ Name: 'group-name', Values: ['ecs-istio-ecs-demo-sg'] }];
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  const GroupId = SecurityGroups[0]?.GroupId ?? '';
  const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({}));
  for (const { GroupId: other, SecurityGroupRuleId: id = '', ReferencedGroupInfo } of SecurityGroupRules) {
    const refers = other !== GroupId && ReferencedGroupInfo?.GroupId === GroupId;
    if (refers) await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: other, SecurityGroupRuleIds: [id] }));
  }
  await eventually('end of the group', async () =>
    ec2.send(new DeleteSecurityGroupCommand({ GroupId })).then(
      () => ready(true),
      (error: Error) => waiting(error.message),
    ),
  );
}

async function deleteRoute(): Promise<void> {
  const { ec2 } = world.aws;
  const Filters = [{ Name: 'tag:Name', Values: ['istio-ecs-demo/PublicRouteTable'] }];
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  const { RouteTableId } = RouteTables[0] ?? {};
  await ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0' }));
}

async function deleteRole(): Promise<void> {
  const RoleName = 'istiod-local';
  await world.aws.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'DiscoverEcs' }));
  await world.aws.iam.send(new DeleteRoleCommand({ RoleName }));
}

/** It starts without a ztunnel, as any service does, and is enrolled then. */
const serviceAgain = (service: string, family: string) => [
  `update task definition ${family}`,
  `create ECS service ${ecsCluster}/${service}`,
  `create mesh enrolment ${ecsCluster}/${service}`,
];

const rule: unknown = expect.stringMatching(/^create security group rule sg-[0-9a-f]+: tcp \d+ from sg-/);

interface Case {
  what: string;
  take: () => Promise<void>;
  /** Exactly what the next run changes, in any order. */
  changes: unknown[];
  /** Steps that do something; all others find everything as it should be. */
  steps: string[];
  says: RegExp;
}

const cases: Case[] = [
  {
    what: 'an ECS service',
    take: () => deleteService('echo-service'),
    changes: serviceAgain('echo-service', 'echo-service-definition'),
    steps: ['ecs_clusters', 'add_to_mesh'],
    says: /no ECS service ecs-istio-ecs-demo-1\/echo-service/,
  },
  {
    what: 'a route',
    take: deleteRoute,
    changes: ['create route istio-ecs-demo/PublicRouteTable: 0.0.0.0/0'],
    steps: ['eks_cluster'],
    says: /no route istio-ecs-demo\/PublicRouteTable: 0\.0\.0\.0\/0/,
  },
  {
    what: 'a role',
    take: deleteRole,
    // istiod still has credentials of the old role, which nobody accepts any more.
    changes: [
      'create IAM role istiod-local',
      'create policy of role istiod-local: DiscoverEcs',
      'create restart of istiod to take over its present role',
    ],
    steps: ['infrastructure_iam', 'istio_verify'],
    says: /no IAM role istiod-local/,
  },
  {
    what: 'a security group with the services in it',
    take: deleteGroup,
    changes: [
      'create security group ecs-istio-ecs-demo-sg',
      ...serviceAgain('shell-task', 'shell-task-definition'),
      ...serviceAgain('echo-service', 'echo-service-definition'),
      ...Array.from({ length: 9 }, () => rule),
    ],
    steps: ['ecs_clusters', 'add_to_mesh'],
    says: /no security group ecs-istio-ecs-demo-sg/,
  },
];

test('plan: names everything that the steps of scenario 1 made, and nothing else', () => {
  expect(created(world.sandbox.directory.path)).toEqual(planned('1'));
});

test.for(cases)(
  'deleted by hand: $what comes back, nothing else is changed',
  async ({ take, changes, steps, says }) => {
    await take();
    const { outcome, changes: made, outcomes, reasons } = await world.run({ selection: { to: 'prepare_tests' } });
    expect(outcome).toBe('passed');
    expect(made.toSorted()).toEqual(expect.arrayContaining(changes));
    expect(made).toHaveLength(changes.length);
    const busy = Object.keys(outcomes).filter((step) => outcomes[step] === 'done');
    expect(busy.toSorted()).toEqual(steps.toSorted());
    expect(reasons.join('\n')).toMatch(says);
  },
);
