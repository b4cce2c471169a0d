import { expect, test } from 'vitest';
import { compareRuns } from './compare.ts';
import type { RunSummary } from './report.ts';

const step = (id: string, outcome: string, ms: number) => ({ id, outcome, fromMs: 0, toMs: ms });
const run = (steps: ReturnType<typeof step>[], versions: Record<string, string> = {}, durationMs = 1000) =>
  ({
    scenario: 1,
    target: 'sandbox',
    region: 'r',
    cluster: 'c',
    durationMs,
    versions,
    steps,
    tests: [],
  }) as unknown as RunSummary;

test('compare: outcomes that changed; that something had to be made is no change', () => {
  const { outcomes } = compareRuns(
    run([step('a', 'done', 1), step('b', 'done', 1), step('c', 'failed', 1)]),
    run([step('a', 'unchanged', 1), step('b', 'failed', 1), step('d', 'done', 1)]),
  );
  expect(outcomes).toEqual([
    { what: 'step b', before: 'done', after: 'failed' },
    { what: 'step c', before: 'failed', after: undefined },
    { what: 'step d', before: undefined, after: 'done' },
  ]);
});

test('compare: times beyond chance, the largest difference first', () => {
  const before = run([step('a', 'done', 1000), step('b', 'done', 10_000), step('c', 'done', 5000)]);
  const after = run([step('a', 'done', 1200), step('b', 'done', 30_000), step('c', 'done', 1000)], {}, 20_000);
  expect(compareRuns(before, after).durations.map(({ what }) => what)).toEqual(['step b', 'the whole run', 'step c']);
});

test('compare: a step that had nothing to do is no faster one, and nor is the run', () => {
  const before = run([step('a', 'done', 9000), step('b', 'done', 9000)]);
  const after = run([step('a', 'unchanged', 10), step('b', 'failed', 10)], {}, 1);
  expect(compareRuns(before, after).durations).toEqual([]);
});

test('compare: versions of what both had', () => {
  const { versions } = compareRuns(
    run([], { Istio: '1', Node: '2', x: '1' }),
    run([], { Istio: '2', Node: '2', y: '1' }),
  );
  expect(versions).toEqual([{ what: 'Istio', before: '1', after: '2' }]);
});
