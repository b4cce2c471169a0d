import { ListTasksCommand, StopTaskCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { systemClock } from '@meshbed/core';
import {
  call,
  chosenExercises,
  clearPolicies,
  defaultConfiguration,
  meshState,
  policiesThere,
  practise,
  scenarioNumbered,
} from '@meshbed/runner';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld, ecsCluster, type World } from './world.ts';

const policies = 'authorizationpolicies.security.istio.io';
const denied = 'policy-ecs-1-denied';
const scenario = scenarioNumbered('1');
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

/** What the small tools work with. */
const tooled = () => ({
  configuration: defaultConfiguration,
  target: { ...world.target, workDir: world.sandbox.directory.path, patience: 0.1 },
  clock: systemClock,
  signal: new AbortController().signal,
});

test('tools: an exercise by itself, who refuses a call in it and why, what the proxies know, and all clear again', async () => {
  const url = `echo-service.${ecsCluster}.ecs.local:8080`;
  const from = 'ecs/1/shell-task';
  const [practised] = await practise({ ...tooled(), scenario }, chosenExercises(scenario, '2'));
  expect(practised?.tests.map(({ ended }) => ended.outcome)).toEqual(['passed', 'passed']);
  const refused = await call({ ...tooled(), from, url });
  expect(refused).toMatchObject({
    kind: 'reset',
    refusal: { reason: 'allow policies exist, but none allowed', by: expect.stringContaining('echo-service') },
    cause: { reason: 'policy-none-allowed' },
  });
  const { known, proxies } = await meshState('policies', tooled());
  expect(known.map(({ item, by }) => [item.name, by])).toEqual([
    ['allow-eks-to-echo', proxies],
    ['deny-all', proxies],
  ]);
  expect(await clearPolicies({ ...tooled(), scenario })).toBe(ecsCluster);
  const data = `it's "$HOME" @x`;
  const answered = await call({ ...tooled(), from, url, data });
  expect(answered).toMatchObject({ kind: 'answered', status: 200 });
  expect(JSON.parse(answered.kind === 'answered' ? answered.body : '')).toMatchObject({ request: { body: data } });
});

test('authz: a stop ends the exercises, and what is in force is told by Kubernetes', async () => {
  const stop = new AbortController();
  const options = { ...tooled(), scenario, signal: stop.signal };
  using _watch = whenApplied(() => stop.abort(new Error('stop')));
  const practised = await practise(options, chosenExercises(scenario, 'all'));
  expect(practised[0]?.tests.map(({ ended }) => ended.outcome)).toEqual(['passed', 'passed']);
  expect(practised.slice(1).flatMap(({ tests }) => tests.map(({ ended }) => ended.outcome))).not.toContain('passed');
  expect((await policiesThere({ ...tooled(), scenario })).policies).toContain('allow-eks-to-echo');
  await clearPolicies({ ...tooled(), scenario });
  expect(await policiesThere({ ...tooled(), scenario })).toEqual({ namespace: ecsCluster, policies: [] });
});

test.each([
  ['gke/shell', 'write it as'],
  ['aks/shell', 'there is no AKS cluster istio-aks'],
  ['ecs/7/shell-task', 'there is no ECS cluster ecs-istio-ecs-demo-7'],
  ['ecs/1/nobody', 'echo-service'],
  ['eks/nobody', 'eks/default/eks-shell'],
])('tools: a caller %s is an error that says what there is', async (from, says) => {
  await expect(call({ ...tooled(), from, url: 'eks-echo:8080' })).rejects.toThrow(says);
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
