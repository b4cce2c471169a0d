import { expect, test } from 'vitest';
import type { RunEvent } from '../events.ts';
import { emptyRun, fold } from './fold.ts';

const start: RunEvent = {
  kind: 'run-started',
  run: 'r',
  scenario: 1,
  title: 'One',
  target: 'sandbox',
  parts: ['First'],
  steps: [{ id: 'a', number: 1, description: 'A', part: 1, needs: [] }],
  tests: [{ id: 't', name: 'T', category: 'discovery' }],
  atMs: 5,
};
const folded = (...events: RunEvent[]) => events.reduce(fold, emptyRun);

test('fold: a step from planned to done', () => {
  const events: RunEvent[] = [
    start,
    { kind: 'step-started', step: 'a', atMs: 10 },
    { kind: 'resource-intended', step: 'a', resource: 'VPC', name: 'v', change: 'create', atMs: 11 },
    { kind: 'resource-settled', step: 'a', resource: 'VPC', name: 'v', atMs: 12 },
    { kind: 'step-waiting', step: 'a', reason: 'pending', atMs: 13 },
    { kind: 'step-ended', step: 'a', outcome: 'done', atMs: 20 },
  ];
  const seen = events.map((_event, index) => {
    const step = folded(...events.slice(0, index + 1)).steps.get('a');
    return [step?.status, step?.detail, step?.changes];
  });
  expect(seen).toEqual([
    ['planned', '', 0],
    ['running', '', 0],
    ['running', 'create VPC v', 0],
    ['running', 'create VPC v', 1],
    ['running', 'pending', 1],
    ['done', '', 1],
  ]);
});

test('fold: a test with its record, and the end of the run', () => {
  const record = { caller: 'me' };
  const state = folded(
    start,
    { kind: 'test-started', test: 't', atMs: 20 },
    { kind: 'test-waiting', test: 't', reason: 'policy', atMs: 21 },
    { kind: 'test-ended', test: 't', outcome: 'passed', record, atMs: 22 },
    { kind: 'run-ended', criticalPath: [], outcome: 'passed', exitCode: 0, atMs: 30 },
  );
  expect(state.tests.get('t')).toMatchObject({ status: 'passed', detail: '', record, startedMs: 20, endedMs: 22 });
  expect(state).toMatchObject({ startedMs: 5, endedMs: 30, outcome: 'passed' });
});

test('fold: a late event of a step that nobody planned changes nothing', () => {
  const before = folded(start);
  expect(fold(before, { kind: 'step-waiting', step: 'x', reason: 'late', atMs: 9 })).toBe(before);
});
