import type { PathSegment } from '../events.ts';
import type { RunState, StepState } from './fold.ts';

/**
 * The chain of steps that the run's length came from: each segment could only begin when the one before it had reached
 * what it needed. A step that waited on its way is entered where it went on. The tests, when they ran, are the last.
 */
export function criticalPath(state: RunState): PathSegment[] {
  const ended = [...state.steps.values()].filter(({ startedMs }) => startedMs !== undefined);
  const last = ended.toSorted((a, b) => (a.endedMs ?? 0) - (b.endedMs ?? 0)).at(-1);
  if (last?.endedMs === undefined) return [];
  const path = pathTo(state, last, last.endedMs);
  const ran = [...state.tests.values()].flatMap(({ startedMs, endedMs }) =>
    startedMs === undefined ? [] : (endedMs ?? []),
  );
  const tests = ran.length > 0 ? [{ step: 'tests', fromMs: last.endedMs, toMs: Math.max(...ran) }] : [];
  return [...path, ...tests];
}

function pathTo(state: RunState, step: StepState, toMs: number): PathSegment[] {
  const { id, startedMs = toMs, needs, resumed } = step;
  const entered = resumed
    .filter(({ atMs }) => atMs <= toMs)
    .toSorted((a, b) => a.atMs - b.atMs)
    .at(-1);
  const fromMs = entered?.atMs ?? startedMs;
  const before = entered ? entered.after : latest(state, needs);
  const segment = { step: id, fromMs, toMs };
  const owner = before === undefined ? undefined : state.steps.get(before.split('.')[0] ?? '');
  return owner?.startedMs === undefined
    ? [segment]
    : [...pathTo(state, owner, Math.min(fromMs, reachedMs(state, before))), segment];
}

/** The need that was reached last. */
function latest(state: RunState, needs: readonly string[]): string | undefined {
  return needs.toSorted((a, b) => reachedMs(state, a) - reachedMs(state, b)).at(-1);
}

/** A milestone that a step never came to was reached at its end. */
function reachedMs({ steps, milestones }: RunState, need = ''): number {
  return milestones.get(need) ?? steps.get(need.split('.')[0] ?? '')?.endedMs ?? -Infinity;
}
