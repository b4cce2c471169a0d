import { ListTasksCommand, StopTaskCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld, ecsCluster, eksCluster, type World } from './world.ts';

const policies = 'authorizationpolicies.security.istio.io';
const denied = 'policy-ecs-1-denied';
let world: World;

beforeAll(async () => {
  world = await createWorld();
  expect(await world.run({ selection: { to: 'prepare_tests' } })).toMatchObject({ outcome: 'passed', failures: {} });
});

afterAll(() => world[Symbol.asyncDispose]());

const runDenial = () => world.run({ selection: { testsOnly: true }, tests: [denied], patience: 0.05 });
const storeOf = () => world.sandbox.kube.clusters.get(eksCluster)!.store;
const deletePolicy = (name: string) => void storeOf().delete(policies, ecsCluster, name);

/** Calls `action` when the runner has applied its last policy. */
function whenApplied(action: () => void): Disposable {
  return storeOf().watch(policies, ({ type, object }) => {
    if (type === 'ADDED' && object.metadata.name === 'allow-eks-to-echo') queueMicrotask(action);
  });
}

/** Calls `action` when the proxies have the policies: the second command in the task is the one to be refused. */
function whenEnforced(action: () => void): Disposable {
  let commands = 0;
  return world.sandbox.log.subscribe(({ area, what }) => {
    if (area === 'ecs-exec' && what === 'session' && ++commands === 2) action();
  });
}

async function stopTaskOf(serviceName: string): Promise<void> {
  const { ecs } = world.aws;
  const { taskArns: [task] = [] } = await ecs.send(new ListTasksCommand({ cluster: ecsCluster, serviceName }));
  await ecs.send(new StopTaskCommand({ cluster: ecsCluster, task }));
}

test('denial: passes in a world that nobody broke', async () => {
  expect(await runDenial()).toMatchObject({ outcomes: { [denied]: 'passed' } });
});

test.each([
  ['deny-all', 'deleted at once', whenApplied],
  ['allow-eks-to-echo', 'deleted at once', whenApplied],
  ['deny-all', 'deleted when the proxies have it', whenEnforced],
  ['allow-eks-to-echo', 'deleted when the proxies have it', whenEnforced],
])('denial: %s %s is a failure that names the policy', async (policy, _, when) => {
  using _breaking = when(() => deletePolicy(policy));
  const { outcomes, failures } = await runDenial();
  console.log(failures);
  expect(outcomes[denied]).toBe('failed');
  expect(failures[denied]).toContain(`the policy ${policy} is no longer in ${ecsCluster}`);
});

test('caller stopped while it calls', async () => {
  using _breaking = whenEnforced(() => void stopTaskOf('shell-task'));
  const { outcomes, failures } = await runDenial();
  console.log(failures);
  expect(outcomes[denied]).toBe('failed');
});

test('denial: without a task that calls it is a failure that says so', async () => {
  await world.aws.ecs.send(new UpdateServiceCommand({ cluster: ecsCluster, service: 'shell-task', desiredCount: 0 }));
  const { outcomes, failures } = await runDenial();
  console.log(failures);
  expect(outcomes[denied]).toBe('failed');
});
