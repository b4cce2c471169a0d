import { emptyRun, fold, type RunEvent } from '@meshbed/runner/journal';
import { expect, test } from 'vitest';
import { frame } from './frame.ts';
import { noPaint } from './paint.ts';
import { plainLine } from './plain.ts';
import { summary } from './summary.ts';
import { clip, columnsOf } from './text.ts';

const start: RunEvent = {
  kind: 'run-started',
  run: 'r',
  scenario: 1,
  title: 'Single ECS cluster',
  target: 'sandbox',
  parts: ['Accounts', 'Istio'],
  steps: [
    { id: 'login', number: 1, description: 'AWS login', part: 1, needs: [] },
    { id: 'eks', number: 2, description: 'EKS cluster', part: 1, needs: [] },
    { id: 'istio', number: 3, description: 'Istio ambient', part: 2, needs: [] },
  ],
  tests: [
    { id: 'reach', name: 'EKS → ECS 1', category: 'connectivity' },
    { id: 'deny', name: 'ECS 1 denied', category: 'authorization' },
  ],
  atMs: 0,
};
const running: RunEvent[] = [
  start,
  { kind: 'step-started', step: 'login', atMs: 0 },
  { kind: 'step-ended', step: 'login', outcome: 'unchanged', atMs: 400 },
  { kind: 'step-started', step: 'eks', atMs: 400 },
  { kind: 'resource-intended', step: 'eks', resource: 'VPC', name: 'demo/VPC', change: 'create', atMs: 500 },
  { kind: 'step-waiting', step: 'eks', reason: 'EKS cluster demo is CREATING', atMs: 900 },
];
const passed: RunEvent[] = [
  ...running,
  { kind: 'step-ended', step: 'eks', outcome: 'done', atMs: 2000 },
  { kind: 'step-started', step: 'istio', atMs: 2000 },
  { kind: 'step-ended', step: 'istio', outcome: 'done', atMs: 3000 },
  { kind: 'test-started', test: 'reach', atMs: 3000 },
  {
    kind: 'test-ended',
    test: 'reach',
    outcome: 'passed',
    record: {
      caller: 'pod eks-shell',
      host: 'echo.local',
      address: '240.240.0.2',
      answeredBy: 'task 1',
      sourceIdentity: 'spiffe://a',
      destinationIdentity: 'spiffe://b',
    },
    atMs: 3100,
  },
  { kind: 'test-started', test: 'deny', atMs: 3100 },
  {
    kind: 'test-ended',
    test: 'deny',
    outcome: 'passed',
    record: {
      caller: 'task 2',
      host: 'echo.local',
      refusal: 'allow policies exist, but none allowed',
      policies: ['deny-all'],
    },
    atMs: 3300,
  },
  { kind: 'run-ended', criticalPath: [], outcome: 'passed', exitCode: 0, atMs: 3300 },
];
const failed: RunEvent[] = [
  ...running,
  {
    kind: 'step-ended',
    step: 'eks',
    outcome: 'failed',
    failure: { code: 'cloud/x', text: 'no quota\n  next:   ask for more' },
    atMs: 2000,
  },
  { kind: 'step-ended', step: 'istio', outcome: 'blocked', atMs: 2000 },
  { kind: 'test-ended', test: 'reach', outcome: 'not-run', atMs: 2000 },
  { kind: 'test-ended', test: 'deny', outcome: 'not-run', atMs: 2000 },
  { kind: 'run-ended', criticalPath: [], outcome: 'failed', exitCode: 4, atMs: 2000 },
];

const stateOf = (events: readonly RunEvent[]) => events.reduce(fold, emptyRun);
const picture = (events: readonly RunEvent[], rows = 40, columns = 80) =>
  frame(stateOf(events), { nowMs: 1400, columns, rows, paint: noPaint }).join('\n');

test('frame: while it runs', () => {
  expect(picture(running)).toMatchInlineSnapshot(`
    "Scenario 1: Single ECS cluster (sandbox)
    ▸ Accounts  1.4 s
      =  1  AWS login  0.4 s  nothing to change
      ▸  2  EKS cluster  1.0 s  EKS cluster demo is CREATING
    · Istio
      ·  3  Istio ambient
    · 2 tests
      · connectivity   EKS → ECS 1
      · authorization  ECS 1 denied"
  `);
});

test('frame: after a failure', () => {
  expect(picture(failed)).toMatchInlineSnapshot(`
    "Scenario 1: Single ECS cluster (sandbox)
    ✗ Accounts  2.0 s
      =  1  AWS login  0.4 s  nothing to change
      ✗  2  EKS cluster  1.6 s  no quota
    - Istio
      -  3  Istio ambient  not started: a step before it failed
    - 2 tests
      - connectivity   EKS → ECS 1  not run
      - authorization  ECS 1 denied  not run"
  `);
});

test('frame: never wider or higher than the terminal; finished parts are folded first', () => {
  expect(
    picture(running, 40, 20)
      .split('\n')
      .every((line) => columnsOf(line) <= 20),
  ).toBe(true);
  expect(picture(passed, 6)).toMatchInlineSnapshot(`
    "Scenario 1: Single ECS cluster (sandbox)
    ✓ Accounts  2.0 s
    ✓ Istio  1.0 s
    ✓ 2 tests  0.3 s
      ✓ connectivity   EKS → ECS 1  0.1 s
      ✓ authorization  ECS 1 denied  0.2 s"
  `);
  expect(picture(running, 3).split('\n')).toHaveLength(3);
});

test('plain: one line per change', () => {
  const lines = passed.map((event, index) => plainLine(stateOf(passed.slice(0, index + 1)), event, true));
  expect(lines.filter((line) => line !== undefined).join('\n')).toMatchInlineSnapshot(`
    "Scenario 1: Single ECS cluster (sandbox), 3 steps, 2 tests
        0.0 s  ▸  1  AWS login  0.0 s
        0.4 s  =  1  AWS login  0.4 s  nothing to change
        0.4 s  ▸  2  EKS cluster  0.0 s
        0.5 s      eks: create VPC demo/VPC
        0.9 s  ▸  2  EKS cluster  0.5 s  EKS cluster demo is CREATING
        2.0 s  ✓  2  EKS cluster  1.6 s
        2.0 s  ▸  3  Istio ambient  0.0 s
        3.0 s  ✓  3  Istio ambient  1.0 s
        3.1 s  ✓ connectivity   EKS → ECS 1  0.1 s
        3.3 s  ✓ authorization  ECS 1 denied  0.2 s"
  `);
});

test('summary: passed', () => {
  expect(summary(stateOf(passed), noPaint)).toMatchInlineSnapshot(`
    "
    ✓ connectivity   EKS → ECS 1
        caller       pod eks-shell
        host         echo.local (240.240.0.2)
        answered by  task 1
        source       spiffe://a
        destination  spiffe://b
    ✓ authorization  ECS 1 denied
        caller       task 2
        host         echo.local
        refused      allow policies exist, but none allowed
        policies     deny-all

    Passed: 3 of 3 steps (1 had nothing to change), 2 of 2 tests passed, 3.3 s
    "
  `);
});

test('summary: failed', () => {
  expect(summary(stateOf(failed), noPaint)).toMatchInlineSnapshot(`
    "
    ✗ step 2 eks
        no quota
          next:   ask for more

    Failed: 1 of 3 steps (1 had nothing to change, 1 failed, 1 not run), 0 of 2 tests passed (2 not run), 2.0 s
    "
  `);
});

test.each([
  ['short', 10, 'short'],
  ['exactly ten', 11, 'exactly ten'],
  ['one too long', 11, 'one too lo…'],
  ['two\nlines', 20, 'two'],
  ['日本語', 5, '日本…'],
])('clip: %s to %i', (text, columns, expected) => {
  expect(clip(text, columns)).toBe(expected);
  expect(columnsOf(clip(text, columns))).toBeLessThanOrEqual(columns);
});
