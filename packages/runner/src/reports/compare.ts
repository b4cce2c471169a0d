import type { RunSummary } from './report.ts';
import { tookMs } from './took.ts';

/** What is different between two runs. */
export interface Comparison {
  /** Steps and tests that did not end alike; undefined where the run has no such thing. */
  outcomes: readonly Change<string>[];
  /** Steps and the whole run, where the difference is more than chance; milliseconds. */
  durations: readonly Change<number>[];
  /** Of what both had. */
  versions: readonly Change<string>[];
  /** Target, region, number of the scenario: what makes the rest incomparable. */
  circumstances: readonly Change<string>[];
}

export interface Change<T> {
  what: string;
  before: T | undefined;
  after: T | undefined;
}

/** What two runs of the same on the same machine differ in anyway. */
export const noise = { ms: 300, share: 0.15 };

export function compareRuns(before: RunSummary, after: RunSummary): Comparison {
  const outcomes = [
    ...changes(outcomesOf(before.steps, stepName), outcomesOf(after.steps, stepName)),
    ...changes(outcomesOf(before.tests, testName), outcomesOf(after.tests, testName)),
  ];
  const durations = [
    ...(outcomes.length === 0 ? [{ what: 'the whole run', before: before.durationMs, after: after.durationMs }] : []),
    ...changes(durationsOf(before), durationsOf(after)),
  ];
  return {
    outcomes,
    durations: durations.filter(isMoreThanNoise).toSorted(bySize),
    versions: changes(before.versions, after.versions).filter((each) => each.before && each.after),
    circumstances: changes(circumstancesOf(before), circumstancesOf(after)),
  };
}

type Named = { id: string; outcome: string };

const stepName = ({ id }: Named) => `step ${id}`;
const testName = ({ id }: Named) => `test ${id}`;

function outcomesOf<Item extends Named>(items: readonly Item[], name: (item: Item) => string): Record<string, string> {
  return Object.fromEntries(items.map((item) => [name(item), settledOutcome(item.outcome)]));
}

/** Whether something had to be made says nothing about how it ended. */
const settledOutcome = (outcome: string) => (outcome === 'unchanged' ? 'done' : outcome);

/** A step that found everything is no faster one: only those that did the same are compared. */
function durationsOf({ steps }: RunSummary): Record<string, number> {
  const worked = steps.filter((step) => step.outcome === 'done');
  const timed = worked.flatMap((step) => {
    const ms = tookMs(step);
    return ms === undefined ? [] : [[stepName(step), ms] as const];
  });
  return Object.fromEntries(timed);
}

const circumstancesOf = ({ scenario, target, region, cluster }: RunSummary) => ({
  scenario: String(scenario),
  target,
  region,
  cluster,
});

function changes<T>(before: Readonly<Record<string, T>>, after: Readonly<Record<string, T>>): Change<T>[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .map((what) => ({ what, before: before[what], after: after[what] }))
    .filter((change) => change.before !== change.after);
}

function isMoreThanNoise({ before, after }: Change<number>): boolean {
  if (before === undefined || after === undefined) return false;
  return Math.abs(after - before) >= Math.max(noise.ms, before * noise.share);
}

const sizeOf = ({ before = 0, after = 0 }: Change<number>) => Math.abs(after - before);
const bySize = (a: Change<number>, b: Change<number>) => sizeOf(b) - sizeOf(a);
