import type { RunState } from './fold.ts';

/** How many ended in which way; the five together are the total. */
export interface Counts {
  total: number;
  passed: number;
  failed: number;
  /** Not asked for. */
  skipped: number;
  /** Stopped on the way, or never ended. */
  aborted: number;
  /** Not begun, because what comes before failed or was stopped. */
  notRun: number;
}

type Way = Exclude<keyof Counts, 'total'>;

/** Steps and tests are counted alike: a step that had nothing to change has passed. */
const ways: Readonly<Record<string, Way>> = {
  done: 'passed',
  unchanged: 'passed',
  passed: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  cancelled: 'aborted',
  running: 'aborted',
  blocked: 'notRun',
  planned: 'notRun',
  'not-run': 'notRun',
};

export const wayOf = (status: string): Way => ways[status] ?? 'notRun';

interface Ended {
  status: string;
  startedMs?: number | undefined;
}

/** What was stopped before it began was not run. */
export const outcomeOf = ({ status, startedMs }: Ended): string =>
  status === 'cancelled' && startedMs === undefined ? 'not-run' : status;

export function countsOf(items: Iterable<Ended>): Counts {
  const counts: Counts = { total: 0, passed: 0, failed: 0, skipped: 0, aborted: 0, notRun: 0 };
  for (const item of items) {
    counts.total += 1;
    counts[wayOf(outcomeOf(item))] += 1;
  }
  return counts;
}

/** `1 failed, 2 not run`: all that did not pass; empty when everything did. */
export function shortfall({ failed, aborted, skipped, notRun }: Counts): string {
  const parts = { failed, aborted, skipped, 'not run': notRun };
  return Object.entries(parts)
    .flatMap(([word, count]) => (count > 0 ? [`${count} ${word}`] : []))
    .join(', ');
}

/** `12 of 12 steps (2 had nothing to change), 5 of 8 tests passed (1 failed, 2 not run)`: the same words everywhere. */
export function countsText({ steps, tests }: Pick<RunState, 'steps' | 'tests'>): string {
  const unchanged = [...steps.values()].filter(({ status }) => status === 'unchanged').length;
  const [ofSteps, ofTests] = [countsOf(steps.values()), countsOf(tests.values())];
  const notes = [unchanged > 0 ? `${unchanged} had nothing to change` : '', shortfall(ofSteps)];
  return [
    `${ofSteps.passed} of ${ofSteps.total} steps${bracketed(notes)}`,
    `${ofTests.passed} of ${ofTests.total} tests passed${bracketed([shortfall(ofTests)])}`,
  ].join(', ');
}

function bracketed(notes: readonly string[]): string {
  const told = notes.filter((note) => note !== '');
  return told.length === 0 ? '' : ` (${told.join(', ')})`;
}

/** When a run ended; of one without an end, the last thing that is known of it. */
export function lastMs({ endedMs, startedMs, steps, tests }: RunState): number {
  if (endedMs !== undefined) return endedMs;
  const items = [...steps.values(), ...tests.values()];
  const seen = items.flatMap((item) => [item.startedMs ?? 0, item.endedMs ?? 0, item.waits.at(-1)?.atMs ?? 0]);
  return Math.max(startedMs, ...seen);
}
