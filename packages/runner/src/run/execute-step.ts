import type { RunEvent, StepOutcome } from '../events.ts';
import { Blocked, type Gates } from '../graph/graph.ts';
import { applying } from '../steps/declared.ts';
import type { Step, StepId, StepRun } from '../steps/types.ts';
import type { RunContext } from './context.ts';
import { cloudError, failureOf } from './failure.ts';
import { noted, type Teller } from './gates.ts';

export interface StepExecution {
  context: RunContext;
  id: StepId;
  step: Step;
  /** Without looking whether it has to run. */
  force: boolean;
  emit: (event: RunEvent) => void;
  gates: Gates;
}

const forced = { state: 'absent', reason: 'forced' } as const;

/** Checks, applies only what is missing, and turns whatever happens into an outcome. */
export async function executeStep({ context, id, step, force, emit, gates }: StepExecution): Promise<StepOutcome> {
  const { clock, signal } = context;
  // A failure in one branch of a step ends the waits of its other branches.
  const ending = new AbortController();
  let changes = 0;
  const told = (event: RunEvent) => {
    if (event.kind === 'resource-intended') changes += 1;
    // What a branch still waited for must not replace the reason of the failure.
    if (event.kind === 'step-waiting' && ending.signal.aborted) return;
    emit(event);
  };
  const run: StepRun = {
    ...context,
    ...noted(gates, { step: id, emit, clock }),
    observe: observing({ step: id, emit, clock }),
    signal: AbortSignal.any([signal, ending.signal]),
  };
  const ended = (outcome: StepOutcome, error?: unknown): StepOutcome => {
    const failure = error === undefined ? {} : { failure: failureOf(cloudError(error, id)) };
    emit({ kind: 'step-ended', step: id, outcome, atMs: clock.now(), ...failure });
    return outcome;
  };
  if (signal.aborted) return ended('cancelled');
  emit({ kind: 'step-started', step: id, atMs: clock.now() });
  try {
    const checked = force ? forced : await step.check(run);
    if (checked.state === 'present') return ended('unchanged');
    emit({ kind: 'step-waiting', step: id, reason: checked.reason, atMs: clock.now() });
    await step.apply(applying({ step: id, run, force, emit: told }));
    return ended(changes > 0 ? 'done' : 'unchanged');
  } catch (error) {
    if (signal.aborted) return ended('cancelled');
    return error instanceof Blocked ? ended('blocked') : ended('failed', error);
  } finally {
    ending.abort(new Error(`step ${id} has ended`));
  }
}

/** Each version once, though a step looks twice. */
function observing({ step, emit, clock }: Teller): StepRun['observe'] {
  const told = new Map<string, string>();
  return (component, version) => {
    if (version === undefined || told.get(component) === version) return;
    told.set(component, version);
    emit({ kind: 'version-observed', step, component, version, atMs: clock.now() });
  };
}
