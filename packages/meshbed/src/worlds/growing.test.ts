import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorld, mustPass, type World } from './world.ts';

const plentyMs = 240_000;
let world: World;
beforeAll(async () => {
  world = await createWorld();
  await mustPass(world.run({ scenario: '1', selection: { to: 'prepare_tests' } }));
}, plentyMs);
afterAll(() => world[Symbol.asyncDispose]());

test(
  'from scenario 1 to 2: the second cluster is added, what is there stays as it is',
  async () => {
    const { outcomes, changes } = await world.run({ scenario: '2', selection: { to: 'prepare_tests' } });
    expect(outcomes).toMatchObject({ eks_cluster: 'unchanged', istio_install: 'unchanged', add_to_mesh: 'done' });
    expect(changes.filter((change) => change.includes('ecs-istio-ecs-demo-1'))).toEqual([]);
    expect(changes).toContain('create mesh enrolment ecs-istio-ecs-demo-2/echo-service');
  },
  plentyMs,
);

test(
  'from scenario 2 to 3: istiod gets its new role and is restarted with it, every test passes',
  async () => {
    const { outcome, failures, changes } = await world.run({ scenario: '3' });
    expect({ outcome, failures }).toEqual({ outcome: 'passed', failures: {} });
    expect(changes).toEqual(
      expect.arrayContaining([
        'update Pod Identity association istio-system/istiod',
        'create restart of istiod to take over its present role',
        'create VPC peering istio-multi-account-peering',
      ]),
    );
  },
  plentyMs,
);

test(
  'scenario 3 again: changes nothing and says so',
  async () => {
    const { outcomes, changes } = await world.run({ scenario: '3', selection: { to: 'prepare_tests' } });
    expect(changes).toEqual([]);
    expect(new Set(Object.values(outcomes))).toEqual(new Set(['unchanged', 'skipped']));
  },
  plentyMs,
);
