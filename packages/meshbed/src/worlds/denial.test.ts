import { DescribeServicesCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createWorld, ecsCluster, eksCluster, type World } from './world.ts';

const denial = { selection: { testsOnly: true }, tests: ['policy-ecs-1-denied'], patience: 0.05 };
const policies = 'authorizationpolicies.security.istio.io';
let world: World;
const storeOf = ({ sandbox }: World) => sandbox.kube.clusters.get(eksCluster)!.store;

beforeAll(async () => {
  world = await createWorld();
  const { outcome } = await world.run({ selection: { to: 'prepare_tests' } });
  expect(outcome).toBe('passed');
});

afterAll(() => world[Symbol.asyncDispose]());

test('untouched', async () => {
  const r = await world.run(denial);
  expect(r.outcomes['policy-ecs-1-denied'], JSON.stringify(r.failures)).toBe('passed');
});

test('deleted', async () => {
  using _ = storeOf(world).watch(policies, ({ type, object }) => {
    if (type === 'ADDED' && object.metadata.name === 'deny-all')
      queueMicrotask(() => storeOf(world).delete(policies, ecsCluster, 'deny-all'));
  });
  const r = await world.run(denial);
  console.log(r.failures);
  expect(r.outcomes['policy-ecs-1-denied']).toBe('failed');
});
test('stopped', async () => {
  const s = await world.aws.ecs.send(new UpdateServiceCommand({ cluster: ecsCluster, service: 'shell-task', desiredCount: 0 }));
  const r = await world.run(denial);
  console.log(r.failures);
  expect(r.outcomes['policy-ecs-1-denied']).toBe('failed');
});
