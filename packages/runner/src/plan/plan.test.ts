import { expect, test } from 'vitest';
import { defaultConfiguration } from '../configuration/index.ts';
import { scenarioNumbered } from '../scenario/index.ts';
import type { Selection } from '../run/selection.ts';
import { planOf, refuseAbove } from './index.ts';

const minute = 60_000;
const stage = (ms: number) => ({ next: '', realMs: ms, rangeMs: [ms / 2, ms * 2] as const });
const stages = {
  'eks-cluster': { CREATING: stage(10 * minute) },
  'eks-nodegroup': { CREATING: stage(3 * minute) },
  'nat-gateway': { pending: stage(2 * minute) },
  'load-balancer': { provisioning: stage(minute) },
  'ecs-task': { PENDING: stage(minute) },
};
const plan = (scenario: string, selection: Selection = {}, more: Partial<typeof defaultConfiguration> = {}) =>
  planOf({
    scenario: scenarioNumbered(scenario),
    configuration: { ...defaultConfiguration, ...more },
    stages,
    selection,
  });

test('plan: a step begins when what it needs is there, not earlier and not later', () => {
  const { steps, expectedMs, rangeMs } = plan('3');
  const times = Object.fromEntries(steps.map(({ id, startMs, endMs }) => [id, [startMs / minute, endMs / minute]]));
  expect(times).toMatchObject({
    eks_cluster: [0, 13],
    // Its part for the nodes' security group waits for the control plane.
    infrastructure_iam: [0, 10],
    // Those of the external account wait for its NAT gateway.
    ecs_clusters: [0, 3],
    istio_install: [13, 13],
    eastwest_gateway: [13, 14],
    add_to_mesh: [14, 15],
    prepare_tests: [14, 15],
  });
  expect(expectedMs).toBeGreaterThanOrEqual(15 * minute);
  expect(rangeMs[0]).toBeLessThan(expectedMs);
  expect(rangeMs[1]).toBeGreaterThan(expectedMs);
});

test.each<[string, Selection, string[], number]>([
  ['one step', { from: 'ecs_clusters', to: 'ecs_clusters' }, ['ecs_clusters'], 0],
  ['tests only', { testsOnly: true }, [], 8],
  ['from a step on', { from: '11' }, ['add_to_mesh', 'prepare_tests'], 8],
])('plan: of %s', (_what, selection, steps, tests) => {
  const planned = plan('1', selection);
  expect(planned.steps.map(({ id }) => id)).toEqual(steps);
  expect(planned.tests).toBe(tests);
  expect(planned.resources.every(({ step }) => steps.includes(step))).toBe(true);
});

test('plan: the price is that of all that stays, and a started hour is a whole one', () => {
  const { perHour, runCost, resources } = plan('3');
  const sum = resources.reduce((total, { price }) => total + (price?.perHour ?? 0), 0);
  expect([perHour, runCost]).toEqual([sum, sum]);
  expect(perHour).toBeGreaterThan(plan('1').perHour);
  expect(plan('1', { testsOnly: true }).runCost).toBe(0);
});

test('plan: above the limit is refused, and so is what has no price', () => {
  const planned = plan('1');
  expect(() => refuseAbove(planned, planned.runCost)).not.toThrow();
  expect(() => refuseAbove(planned, planned.runCost - 0.01)).toThrow('more than');
  expect(() => refuseAbove(plan('1', {}, { nodeType: 'z9.huge' }), 100)).toThrow('is not known');
});
