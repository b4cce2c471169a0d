import {
  AcceptVpcPeeringConnectionCommand,
  CreateVpcCommand,
  CreateVpcPeeringConnectionCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeVpcsCommand,
  RevokeSecurityGroupIngressCommand,
  waitUntilVpcPeeringConnectionExists,
} from '@aws-sdk/client-ec2';
import { ListTasksCommand, StopTaskCommand, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-ecs';
import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import { GetRoleCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { ready, waiting } from '@meshbed/core';
import type { Sources } from '@meshbed/runner/explain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explained, explainedAs, explainedWithinASecond, sourcesOf } from './explained.ts';
import { restartIstiod } from './istiod.ts';
import { createWorld, ecsCluster, eksCluster, eventually, type World } from './world.ts';

const account = '000000000001';
const eksToEcs = { from: 'eks/shell', to: 'ecs/1/echo-service' };
const withinEcs = { from: 'ecs/1/shell-task', to: `echo-service.${ecsCluster}.ecs.local:8080` };
const clusterArn = `arn:aws:ecs:us-east-2:${account}:cluster/${ecsCluster}`;
const discoveryTag = { key: 'ecs.solo.io/discovery-enabled', value: 'true' };

let world: World;
let sources: Sources & Disposable;

describe('explain scenario 1 as it should be', () => {
  beforeAll(async () => {
    world = await createWorld('prepare_tests');
    sources = await sourcesOf(world);
  }, 120_000);
  afterAll(async () => {
    sources[Symbol.dispose]();
    await world[Symbol.asyncDispose]();
  });

  test('an allowed pair: the whole way in under a second', async () => {
    const { verdict, via, hops } = await explainedWithinASecond(sources, eksToEcs);
    expect([verdict, via]).toEqual(['allowed', 'hbone']);
    expect(hops.map(({ step }) => step)).toEqual([
      'caller',
      'name',
      'endpoint',
      'network',
      'network',
      'network',
      'tunnel',
      'policy',
    ]);
    expect(hops.every(({ account: of }) => of === account)).toBe(true);
  });

  test.each([
    [withinEcs.from, withinEcs.to],
    ['ecs/1/shell-task', 'eks/eks-echo'],
    ['eks/shell', 'eks-echo:8080'],
  ])('%s → %s: allowed through the mesh', async (from, to) => {
    expect(await explained(sources, { from, to })).toMatchObject({ verdict: 'allowed', via: 'hbone', warnings: [] });
  });

  test('a denied pair: the policy and its rules', async () => {
    const policy = (name: string, spec: object) => ({
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { namespace: ecsCluster, name },
      spec,
    });
    const rules = [{ from: [{ source: { namespaces: ['default'] } }], to: [{ operation: { ports: ['8080'] } }] }];
    const allow = policy('allow-eks-to-echo', { action: 'ALLOW', rules });
    const deny = policy('deny-ecs', { action: 'DENY', rules: [{ from: [{ source: { namespaces: [ecsCluster] } }] }] });
    await world.kube.apply(allow);
    const none = await explained(sources, withinEcs);
    expect(none.cause).toMatchObject({
      reason: 'policy-none-allowed',
      object: `AuthorizationPolicy ${ecsCluster}/allow-eks-to-echo`,
      account,
    });
    expect(none.cause?.says).toContain(`rule 1: namespace must be default, it is ${ecsCluster}`);
    expect((await explained(sources, eksToEcs)).hops.at(-1)?.says).toContain('allow-eks-to-echo allows it by rule 1');
    await world.kube.apply(deny);
    expect((await explained(sources, withinEcs)).cause).toMatchObject({
      reason: 'policy-denied',
      object: `AuthorizationPolicy ${ecsCluster}/deny-ecs`,
    });
    await Promise.all([world.kube.delete(allow), world.kube.delete(deny)]);
  });

  test('security group without the mesh port: the group, and the rule that is missing', async () => {
    const { ec2 } = world.aws;
    const { SecurityGroupRules = [] } = await ec2.send(new DescribeSecurityGroupRulesCommand({}));
    const open = SecurityGroupRules.filter(({ IsEgress, FromPort }) => !IsEgress && FromPort === 15_008);
    const { cause } = await (async () => {
      for (const { GroupId, SecurityGroupRuleId = '' } of open)
        await ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId, SecurityGroupRuleIds: [SecurityGroupRuleId] }));
      return explained(sources, eksToEcs);
    })();
    expect(cause).toMatchObject({ reason: 'security-group-ingress', account });
    expect(open.map(({ GroupId }) => GroupId)).toContain(cause?.object);
    expect(cause?.fix[0]).toMatch(/FromPort=15008.*--profile local/);
    await world.run({ selection: { from: 'add_to_mesh', to: 'add_to_mesh' } });
    expect((await explained(sources, eksToEcs)).verdict).toBe('allowed');
  });

  test('cluster without the discovery tag: the cluster, and the tag', async () => {
    const { ecs } = world.aws;
    await ecs.send(new UntagResourceCommand({ resourceArn: clusterArn, tagKeys: [discoveryTag.key] }));
    const { cause } = await explainedAs(sources, eksToEcs, 'discovery-tag-missing');
    expect(cause).toMatchObject({ object: clusterArn, account });
    await ecs.send(new TagResourceCommand({ resourceArn: clusterArn, tags: [discoveryTag] }));
    await allowedAgain();
  });

  test.each([
    ['trust missing', 'trust-missing', { Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    [
      'TagSession missing',
      'tag-session-missing',
      { Principal: { AWS: `arn:aws:iam::${account}:role/istiod-eks-ecs-${eksCluster}` }, Action: 'sts:AssumeRole' },
    ],
  ])('%s: the role that istiod may not assume', async (_, reason, statement) => {
    const RoleName = 'istiod-local';
    const { Role } = await world.aws.iam.send(new GetRoleCommand({ RoleName }));
    await setTrust({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
    await forgetDiscovered();
    const { cause } = await explainedAs(sources, eksToEcs, reason);
    expect(cause).toMatchObject({ object: `arn:aws:iam::${account}:role/${RoleName}`, account });
    expect(cause?.fix[0]).toContain(`update-assume-role-policy --role-name ${RoleName}`);
    await setTrust(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')) as object);
    await allowedAgain();

    async function setTrust(document: object): Promise<void> {
      await world.aws.iam.send(
        new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: JSON.stringify(document) }),
      );
    }
  });

  test('association newer than istiod: the association, and the restart', async () => {
    const { eks } = world.aws;
    const subject = { clusterName: eksCluster, namespace: 'istio-system', serviceAccount: 'istiod' };
    const { associations = [] } = await eks.send(new ListPodIdentityAssociationsCommand(subject));
    await eks.send(
      new DeletePodIdentityAssociationCommand({
        clusterName: eksCluster,
        associationId: associations[0]?.associationId,
      }),
    );
    await restartIstiod(world);
    await forgetDiscovered();
    await explainedAs(sources, eksToEcs, 'association-missing');
    const roleArn = `arn:aws:iam::${account}:role/istiod-eks-ecs-${eksCluster}`;
    const { association } = await eks.send(new CreatePodIdentityAssociationCommand({ ...subject, roleArn }));
    const { cause } = await explainedAs(sources, eksToEcs, 'association-newer-than-istiod');
    expect(cause).toMatchObject({ object: association?.associationId, account });
    expect(cause?.fix).toEqual(['kubectl rollout restart deployment/istiod -n istio-system']);
    await restartIstiod(world);
    await allowedAgain();
  });

  test('overlapping addresses: the peering that keeps the second account from being connected', async () => {
    const CidrBlock = '10.1.0.0/16';
    const { Vpc: old } = await world.external.ec2.send(new CreateVpcCommand({ CidrBlock }));
    const { Vpcs: [home] = [] } = await world.aws.ec2.send(new DescribeVpcsCommand({}));
    const { VpcPeeringConnection: peering } = await world.aws.ec2.send(
      new CreateVpcPeeringConnectionCommand({ VpcId: home?.VpcId, PeerVpcId: old?.VpcId, PeerOwnerId: '000000000002' }),
    );
    const { VpcPeeringConnectionId = '' } = peering ?? {};
    // The other account sees it a moment later.
    await waitUntilVpcPeeringConnectionExists(
      { client: world.external.ec2, minDelay: 0.05, maxDelay: 0.05, maxWaitTime: 20 },
      { VpcPeeringConnectionIds: [VpcPeeringConnectionId] },
    );
    await world.external.ec2.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId }));
    const { cause } = await explainedAs(sources, { from: 'eks/shell', to: 'ecs/3/echo-service' }, 'cidr-conflict');
    expect(cause).toMatchObject({ object: VpcPeeringConnectionId, account });
    expect(cause?.says).toMatch(new RegExp(`${old?.VpcId} .*which overlaps with istio-ecs-external-vpc`));
  });

  test('task role that differs from the annotation: a new task can not get ready', async () => {
    const role = `arn:aws:iam::${account}:role/ecs/ambient/eks-ecs-task-role`;
    await annotate('arn:aws:iam::000000000001:role/other');
    const { taskArns = [] } = await world.aws.ecs.send(
      new ListTasksCommand({ cluster: ecsCluster, serviceName: 'echo-service' }),
    );
    await world.aws.ecs.send(new StopTaskCommand({ cluster: ecsCluster, task: taskArns[0] }));
    const { cause } = await explainedAs(sources, eksToEcs, 'role-mismatch');
    expect(cause).toMatchObject({ object: `ServiceAccount ${ecsCluster}/ecs-demo-sa-local`, account });
    expect(cause?.fix.join()).toContain(`ecs.solo.io/role-arn=${role}`);
    await annotate(role);

    async function annotate(arn: string): Promise<void> {
      const annotations = { 'ecs.solo.io/role-arn': arn };
      await world.kube.patch({
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { namespace: ecsCluster, name: 'ecs-demo-sa-local', annotations },
      });
    }
  });
});

describe('explain scenario 1 without enrolment', () => {
  beforeAll(async () => {
    world = await createWorld('k8s_namespaces');
    sources = await sourcesOf(world);
  }, 120_000);
  afterAll(async () => {
    sources[Symbol.dispose]();
    await world[Symbol.asyncDispose]();
  });

  test('tasks without ztunnel: the service, and how to enrol it', async () => {
    const { cause } = await explainedAs(sources, withinEcs, 'caller-not-enrolled');
    expect(cause).toMatchObject({
      object: `arn:aws:ecs:us-east-2:${account}:service/${ecsCluster}/shell-task`,
      account,
    });
    expect(cause?.fix[0]).toBe(
      `istioctl ecs add-service shell-task --cluster ${ecsCluster} --namespace ${ecsCluster} --service-account ecs-demo-sa-local --profile local`,
    );
  });
});

/** As if istiod had never read the account: what it published once it keeps. */
async function forgetDiscovered(): Promise<void> {
  for (const kind of ['ServiceEntry', 'WorkloadEntry']) {
    const found = await world.kube.list('networking.istio.io/v1', kind, { namespace: ecsCluster });
    await Promise.all(found.map((object) => world.kube.delete(object)));
  }
}

async function allowedAgain(): Promise<void> {
  await eventually('the way to be open again', async () => {
    const { verdict, cause } = await explained(sources, eksToEcs);
    return verdict === 'allowed' ? ready(true) : waiting(cause?.says ?? verdict);
  });
}
