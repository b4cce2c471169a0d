import { MeshbedError } from '@meshbed/core';
import { emptyRun, fold, type RunState } from '@meshbed/runner/journal';
import { scenarioNumbered, withMatrix, type Scenario } from '@meshbed/runner/scenario';
import { chooseSteps, type Selection } from '@meshbed/runner/selection';
import { createInterrupt, type Interrupt } from '../session/interrupt.ts';
import { keepRunning } from '../session/keep.ts';
import type { RunningSandbox } from '../session/sandbox.ts';
import { createView, type View } from '../view/index.ts';
import { listing } from './listing.ts';
import { rejectContradictions, type RunFlags } from './options.ts';

export async function runCommand(number: string, flags: RunFlags): Promise<void> {
  rejectContradictions(flags);
  const found = scenarioNumbered(number);
  const scenario = flags.matrix ? withMatrix(found) : found;
  const chosen = chooseSteps(scenario, selectionOf(flags));
  if (flags.list) return void process.stdout.write(listing(scenario, chosen));
  using interrupt = createInterrupt();
  const { exitCode } = await runInSandbox({ scenario, flags, interrupt });
  process.exitCode = exitCode;
}

export interface SandboxRun {
  scenario: Scenario;
  flags: RunFlags;
  interrupt: Interrupt;
}

/** Runs a scenario in a sandbox of its own, shows it as the flags say, and returns what it came to. */
export async function runInSandbox(run: SandboxRun): Promise<RunState> {
  const { flags, interrupt } = run;
  const view = createView(process.stdout, viewOptions(flags));
  try {
    // Loaded here: what only lists or explains works without the clouds' SDKs.
    const { withSandbox } = await import('../session/sandbox.ts');
    return await withSandbox(timingOf(flags), async (sandbox) => {
      const state = await perform(run, sandbox, view);
      view.close();
      const messages = flags.json ? process.stderr : process.stdout;
      if (flags.keep && !interrupt.signal.aborted) await keepRunning(sandbox, interrupt, messages);
      return state;
    });
  } finally {
    view.close();
  }
}

async function perform(
  { scenario, flags, interrupt }: SandboxRun,
  sandbox: RunningSandbox,
  view: View,
): Promise<RunState> {
  const [{ createIds }, { defaultConfiguration, runScenario }] = await Promise.all([
    import('@meshbed/core'),
    import('@meshbed/runner'),
  ]);
  let state = emptyRun;
  await runScenario({
    scenario,
    configuration: defaultConfiguration,
    target: sandbox.target,
    clock: sandbox.clock,
    sequential: flags.sequential ?? false,
    ids: createIds(),
    signal: interrupt.signal,
    onEvent(event) {
      state = fold(state, event);
      view.show(event);
    },
    selection: selectionOf(flags),
  });
  return state;
}

const timings = ['instant', 'fast', 'real'] as const;

function timingOf({ timing = 'fast' }: RunFlags): (typeof timings)[number] {
  const found = timings.find((each) => each === timing);
  if (found) return found;
  throw new MeshbedError('user/unknown-timing', `there is no timing ${timing}`, {
    next: `choose one of: ${timings.join(', ')}`,
  });
}

function viewOptions({ json, plain, verbose, timing }: RunFlags) {
  // The live view counts the seconds of the wall clock.
  const lines = plain || timing === 'real';
  const kind = json ? 'json' : lines || !process.stdout.isTTY || process.env['CI'] !== undefined ? 'plain' : 'live';
  return { kind, verbose: verbose ?? false } as const;
}

function selectionOf({ step, stopAfter, testsOnly, skipSetup }: RunFlags): Selection {
  return {
    ...(step === undefined ? {} : { from: step }),
    ...(stopAfter === undefined ? {} : { to: stopAfter }),
    ...(testsOnly ? { testsOnly } : {}),
    ...(skipSetup ? { skipSetup } : {}),
  };
}
