import { expect, test } from 'vitest';
import type { RunEvent } from '../events.ts';
import { emptyRun, fold } from '../journal/fold.ts';
import { issuesIn } from './index.ts';

const step = { number: 9, description: '', part: 1, needs: [] };
const planned = (id: string) => ({ id, name: `T ${id}`, category: 'connectivity' as const });
const start: RunEvent = {
  kind: 'run-started',
  run: 'r',
  scenario: 1,
  title: '',
  target: 'sandbox',
  parts: [],
  steps: [{ ...step, id: 'ecs_clusters' }],
  tests: [planned('a'), planned('b')],
  atMs: 0,
};
const issuesOf = (...events: RunEvent[]) => issuesIn([start, ...events].reduce(fold, emptyRun));
const draining: RunEvent[] = [
  { kind: 'step-started', step: 'ecs_clusters', atMs: 0 },
  { kind: 'step-waiting', step: 'ecs_clusters', reason: 'service echo is still DRAINING', atMs: 1000 },
  { kind: 'step-waiting', step: 'ecs_clusters', reason: 'no task yet', atMs: 13_000 },
];

test('issues in a run: one that was met and overcome says what was done', () => {
  const met = issuesOf(...draining, { kind: 'step-ended', step: 'ecs_clusters', outcome: 'done', atMs: 14_000 });
  expect(met).toMatchObject([
    {
      issue: { id: 'ECS-003' },
      outcome: 'overcome',
      places: ['step 9 ecs_clusters'],
      done: ['waited 12.0 s: service echo is still DRAINING'],
    },
  ]);
});

test('issues in a run: many failures of one cause are one issue with all their places', () => {
  const failure = { code: 'cloud/discovery', text: 'istiod: AccessDenied: not authorized to perform: sts:AssumeRole' };
  const failed = (id: string): RunEvent => ({ kind: 'test-ended', test: id, outcome: 'failed', failure, atMs: 5 });
  const [met, ...more] = issuesOf(failed('a'), failed('b'));
  expect(met).toMatchObject({ issue: { id: 'ECS-002' }, outcome: 'failed', places: ['test T a', 'test T b'] });
  expect(more).toEqual([]);
});

test('issues in a run: what made a step fail is not overcome', () => {
  const failure = {
    code: 'cloud/timeout',
    text: 'end of the old service: not within 600 s (service is still DRAINING)',
  };
  const met = issuesOf(...draining, {
    kind: 'step-ended',
    step: 'ecs_clusters',
    outcome: 'failed',
    failure,
    atMs: 14_000,
  });
  expect(met.map(({ issue, outcome }) => [issue.id, outcome])).toEqual([['ECS-003', 'failed']]);
});

test('issues in a run: ordinary waits are none', () => {
  const waits: RunEvent[] = [
    {
      kind: 'step-waiting',
      step: 'ecs_clusters',
      reason: 'the load balancer of Service s has no address yet',
      atMs: 1,
    },
    { kind: 'step-waiting', step: 'ecs_clusters', reason: 'EKS cluster demo is CREATING', atMs: 2 },
    { kind: 'step-ended', step: 'ecs_clusters', outcome: 'done', atMs: 3 },
  ];
  expect(issuesOf(...waits)).toEqual([]);
});
