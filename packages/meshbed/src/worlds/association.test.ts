import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { ListPodIdentityAssociationsCommand, UpdatePodIdentityAssociationCommand } from '@aws-sdk/client-eks';
import { CreateRoleCommand } from '@aws-sdk/client-iam';
import { ready, waiting } from '@meshbed/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { istiods, restartIstiod } from './istiod.ts';
import { createWorld, ecsCluster, eksCluster, eventually, type World } from './world.ts';

const account = 'arn:aws:iam::000000000001';
const ownRole = `${account}:role/istiod-eks-ecs-${eksCluster}`;
const powerless = `${account}:role/nobody`;
const verifying = { selection: { from: 'istio_verify', to: 'istio_verify' } };
const restart = 'create restart of istiod to take over its present role';
let world: World;
let tasks = 1;

// One istiod in four situations that follow from each other.
beforeAll(async () => {
  world = await createWorld('k8s_namespaces');
  const Statement = [
    { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
  ];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await world.aws.iam.send(new CreateRoleCommand({ RoleName: 'nobody', AssumeRolePolicyDocument }));
});

afterAll(() => world[Symbol.asyncDispose]());

async function associate(roleArn: string): Promise<void> {
  const { eks } = world.aws;
  const { associations = [] } = await eks.send(
    new ListPodIdentityAssociationsCommand({ clusterName: eksCluster, serviceAccount: 'istiod' }),
  );
  const { associationId } = associations[0] ?? {};
  await eks.send(new UpdatePodIdentityAssociationCommand({ clusterName: eksCluster, associationId, roleArn }));
}

/** One task more, and istiod has found it. */
async function discoversNewTask(): Promise<void> {
  tasks += 1;
  await world.aws.ecs.send(
    new UpdateServiceCommand({ cluster: ecsCluster, service: 'shell-task', desiredCount: tasks }),
  );
  await eventually(`discovery of ${tasks} tasks`, () => {
    const entries = world.cluster.store.list('workloadentries.networking.istio.io', {
      labelSelector: 'ecs.solo.io/service=shell-task',
    });
    return entries.length === tasks ? ready(true) : waiting(`${entries.length} entries`);
  });
}

async function istiodLog(): Promise<string> {
  const read = istiods(world).map(({ metadata: { name } }) =>
    world.kube.logs({ namespace: 'istio-system', pod: name }),
  );
  return (await Promise.all(read)).join('\n');
}

test('association changed under a running istiod: it goes on with the credentials that it has', async () => {
  await discoversNewTask();
  await associate(powerless);
  await discoversNewTask();
  expect(await istiodLog()).not.toContain('AccessDenied');
});

test('association changed, then istiod restarted: the new role may not assume the one that reads ECS', async () => {
  await restartIstiod(world);
  await eventually('refusal', async () =>
    (await istiodLog()).includes('AccessDenied') ? ready(true) : waiting('no refusal yet'),
  );
  expect(await istiodLog()).toMatch(/assumed-role\/nobody\/\S+ is not authorized to perform: sts:AssumeRole/);
});

test('association changed back: the step istio_verify sees that istiod is older and restarts it, once', async () => {
  await associate(ownRole);
  const { outcomes, changes } = await world.run(verifying);
  expect([outcomes['istio_verify'], changes]).toEqual(['done', [restart]]);
  await discoversNewTask();
  expect((await world.run(verifying)).changes).toEqual([]);
});
