import { ListTasksCommand, StopTaskCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld, ecsCluster, type World } from './world.ts';

const policies = 'authorizationpolicies.security.istio.io';
const denied = 'policy-ecs-1-denied';
let world: World;

beforeAll(async () => {
  world = await createWorld('prepare_tests');
});

afterAll(() => world[Symbol.asyncDispose]());

const runDenial = () => world.run({ selection: { testsOnly: true }, tests: [denied], patience: 0.05 });
const deletePolicy = (name: string) => void world.cluster.store.delete(policies, ecsCluster, name);

/** Calls `action` when the runner has applied its last policy. */
function whenApplied(action: () => void): Disposable {
  return world.cluster.store.watch(policies, ({ type, object }) => {
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
  const { failures } = await runDenial();
  expect(failures[denied]).toContain(`the policy ${policy} is no longer in ${ecsCluster}`);
});

// Whether the refusal came before the end or not: a caller that is gone proves nothing.
test('denial: a calling task that is stopped while it calls is a failure that names the task', async () => {
  using _breaking = whenEnforced(() => void stopTaskOf('shell-task'));
  const { failures } = await runDenial();
  expect(failures[denied]).toMatch(
    new RegExp(`(ended before it could report its status|task is stopping or stopped)[^]*object: .*${ecsCluster}`),
  );
});

test('denial: a service without a task that calls is a failure that says so', async () => {
  await world.aws.ecs.send(new UpdateServiceCommand({ cluster: ecsCluster, service: 'shell-task', desiredCount: 0 }));
  const { failures } = await runDenial();
  expect(failures[denied]).toContain(`the calling task of ${ecsCluster}/shell-task is not running`);
});
