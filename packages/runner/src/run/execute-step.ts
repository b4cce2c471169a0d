import type { RunEvent, StepOutcome } from '../events.ts';
import { applying } from '../steps/declared.ts';
import type { Step, StepId } from '../steps/types.ts';
import type { RunContext } from './context.ts';
import { cloudError, failureOf } from './failure.ts';

export interface StepExecution {
  context: RunContext;
  id: StepId;
  step: Step;
  emit: (event: RunEvent) => void;
  reach: (milestone: string) => void;
}

/** Checks, applies only what is missing, and turns whatever happens into an outcome. */
export async function executeStep({ context, id, step, emit, reach }: StepExecution): Promise<StepOutcome> {
  const { clock, signal } = context;
  // A failure in one branch of a step ends the waits of its other branches.
  const ending = new AbortController();
  const run = { ...context, signal: AbortSignal.any([signal, ending.signal]) };
  const ended = (outcome: StepOutcome, error?: unknown): StepOutcome => {
    const failure = error === undefined ? {} : { failure: failureOf(cloudError(error, id)) };
    emit({ kind: 'step-ended', step: id, outcome, atMs: clock.now(), ...failure });
    return outcome;
  };
  if (signal.aborted) return ended('cancelled');
  emit({ kind: 'step-started', step: id, atMs: clock.now() });
  try {
    const checked = await step.check(run);
    if (checked.state === 'present') return ended('unchanged');
    emit({ kind: 'step-waiting', step: id, reason: checked.reason, atMs: clock.now() });
    await step.apply(applying({ step: id, run, emit, reach }));
    return ended('done');
  } catch (error) {
    return signal.aborted ? ended('cancelled') : ended('failed', error);
  } finally {
    ending.abort(new Error(`step ${id} has ended`));
  }
}
