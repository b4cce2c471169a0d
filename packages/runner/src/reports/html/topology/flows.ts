import type { RunReport } from '../../report.ts';

/** What was seen of one caller and one target. */
export interface Flow {
  from: string;
  to: string;
  seen: Seen;
}

/** `allowed` it got there; `denied` a policy refused it; `failed` not what was expected; `untested` nobody knows. */
export type Seen = 'allowed' | 'denied' | 'failed' | 'untested';

/** The flows in one state of the policies. */
export interface Stage {
  title: string;
  policies: readonly string[];
  flows: readonly Flow[];
}

/** Without policies, then each exercise: in this order the run looked at them. */
export function stagesOf({ tests, exercises }: RunReport): Stage[] {
  const flowsIn = (exercise: string | undefined) =>
    tests.flatMap(({ cell, outcome }): Flow[] =>
      cell === undefined || cell.exercise !== exercise
        ? []
        : [{ from: cell.from, to: cell.to, seen: seenOf(outcome, cell.expected) }],
    );
  const stages = exercises.map(({ title, policies }) => ({ title, policies, flows: flowsIn(title) }));
  return [{ title: 'No policies', policies: [], flows: flowsIn(undefined) }, ...stages].filter(
    ({ flows }) => flows.length > 0,
  );
}

export function seenOf(outcome: string, expected: 'allowed' | 'denied'): Seen {
  if (outcome === 'passed') return expected;
  return outcome === 'failed' ? 'failed' : 'untested';
}

/** What a reader is told of it. */
export const seenWords: Readonly<Record<Seen, string>> = {
  allowed: 'allowed',
  denied: 'refused by policy',
  failed: 'not as expected',
  untested: 'not tested',
};
