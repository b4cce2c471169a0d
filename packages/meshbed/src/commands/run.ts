import { MeshbedError } from '@meshbed/core';
import type { Configuration } from '@meshbed/runner';
import { emptyRun, fold, type RunState } from '@meshbed/runner/journal';
import { scenarioNumbered, withMatrix, type Scenario } from '@meshbed/runner/scenario';
import { chooseSteps, type Selection } from '@meshbed/runner/selection';
import { configurationFor } from '../session/configuration.ts';
import { createInterrupt, type Interrupt } from '../session/interrupt.ts';
import { keepRunning } from '../session/keep.ts';
import type { RunningSandbox } from '../session/sandbox.ts';
import { createView, type View } from '../view/index.ts';
import { listing } from './listing.ts';
import { rejectContradictions, type RunFlags } from './options.ts';

export async function runCommand(number: string | undefined, flags: RunFlags): Promise<void> {
  rejectContradictions(flags);
  const { scenario, configuration } = configured(number, flags);
  const chosen = chooseSteps(scenario, selectionOf(flags));
  if (flags.list) return void process.stdout.write(listing(scenario, chosen));
  using interrupt = createInterrupt();
  const { exitCode } = await runInSandbox({ scenario, configuration, flags, interrupt });
  process.exitCode = exitCode;
}

export interface SandboxRun {
  scenario: Scenario;
  configuration: Configuration;
  flags: RunFlags;
  interrupt: Interrupt;
}

/** Runs a scenario in a sandbox of its own, shows it as the flags say, and returns what it came to. */
export async function runInSandbox(run: SandboxRun): Promise<RunState> {
  const { configuration, flags, interrupt } = run;
  const view = createView(process.stdout, viewOptions(flags));
  try {
    // Loaded here: what only lists or explains works without the clouds' SDKs.
    const { sandboxOptionsOf, withSandbox } = await import('../session/sandbox.ts');
    return await withSandbox(async (sandbox) => {
      const state = await perform(run, sandbox, view);
      view.close();
      const out = flags.json ? process.stderr : process.stdout;
      const { clusterName } = configuration;
      if (flags.keep && !interrupt.signal.aborted) await keepRunning(sandbox, { clusterName, interrupt, out });
      return state;
    }, sandboxOptionsOf(configuration));
  } finally {
    view.close();
  }
}

/** The scenario that is named, else the configured one, with its configuration. Nothing has started by then. */
export function configured(named: string | undefined, flags: RunFlags): Pick<SandboxRun, 'scenario' | 'configuration'> {
  const asked = named === undefined ? {} : { scenario: scenarioNumbered(named).number };
  const { configuration } = configurationFor({ flags, ...asked });
  const number = named ?? configuration.scenario;
  if (number === undefined)
    throw new MeshbedError('user/no-scenario', 'which scenario?', { next: 'name it: meshbed run 1; or set SCENARIO' });
  const scenario = scenarioNumbered(String(number));
  return { scenario: flags.matrix ? withMatrix(scenario) : scenario, configuration };
}

async function perform(
  { scenario, configuration, flags, interrupt }: SandboxRun,
  sandbox: RunningSandbox,
  view: View,
): Promise<RunState> {
  const [{ createIds, systemClock }, { runScenario }] = await Promise.all([
    import('@meshbed/core'),
    import('@meshbed/runner'),
  ]);
  let state = emptyRun;
  await runScenario({
    scenario,
    configuration,
    target: sandbox.target,
    clock: systemClock,
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

function viewOptions({ json, plain, verbose }: RunFlags) {
  const kind = json ? 'json' : plain || !process.stdout.isTTY || process.env['CI'] !== undefined ? 'plain' : 'live';
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
