import { createIds, MeshbedError } from '@meshbed/core';
import type { Loaded } from '@meshbed/runner/configuration';
import { emptyRun, fold, progressOf, resetProgress, type RunState } from '@meshbed/runner/journal';
import { scenarioNumbered, withMatrix, type Scenario } from '@meshbed/runner/scenario';
import { chooseSteps, type Selection } from '@meshbed/runner/selection';
import { configurationFor } from '../session/configuration.ts';
import { findInstance } from '../session/instance.ts';
import { createInterrupt, type Interrupt } from '../session/interrupt.ts';
import { keepRunning } from '../session/keep.ts';
import { reachSandbox, withInstance } from '../session/reach.ts';
import type { RunningSandbox } from '../session/sandbox.ts';
import { timingNamed } from '../session/timing.ts';
import { createView, type View } from '../view/index.ts';
import { listing, type Recorded } from './listing.ts';
import { rejectContradictions, type RunFlags } from './options.ts';

export async function runCommand(number: string | undefined, given: RunFlags): Promise<void> {
  const flags = withInstance(given);
  rejectContradictions(flags);
  const { scenario, loaded } = configured(number, flags);
  const chosen = chooseSteps(scenario, selectionOf(flags));
  if (flags.list) return void process.stdout.write(listing(scenario, chosen, recordedProgress(scenario, flags)));
  using interrupt = createInterrupt();
  const { exitCode } = await runInSandbox({ scenario, loaded, flags, interrupt });
  process.exitCode = exitCode;
}

export interface SandboxRun {
  scenario: Scenario;
  loaded: Loaded;
  flags: RunFlags;
  interrupt: Interrupt;
}

/** Runs a scenario in a sandbox, its own or one that runs, shows it as the flags say, and returns what it came to. */
export async function runInSandbox(run: SandboxRun): Promise<RunState> {
  const view = createView(process.stdout, viewOptions(run.flags));
  try {
    const { flags, loaded } = run;
    const reach = { instance: flags.instance, keep: flags.keep === true, profile: timingNamed(flags.timing), loaded };
    return await reachSandbox(reach, (sandbox) => runIn(sandbox, run, view));
  } finally {
    view.close();
  }
}

/** The scenario that is named, else the configured one, with its configuration. Nothing has started by then. */
export function configured(named: string | undefined, flags: RunFlags): Pick<SandboxRun, 'scenario' | 'loaded'> {
  const asked = named === undefined ? {} : { scenario: scenarioNumbered(named).number };
  const loaded = configurationFor({ flags, ...asked });
  const number = named ?? loaded.configuration.scenario;
  if (number === undefined)
    throw new MeshbedError('user/no-scenario', 'which scenario?', { next: 'name it: meshbed run 1; or set SCENARIO' });
  const scenario = scenarioNumbered(String(number));
  return { scenario: flags.matrix ? withMatrix(scenario) : scenario, loaded };
}

/** Of an environment that outlives a command; a new sandbox has none. */
function recordedProgress({ number }: Scenario, flags: RunFlags): Recorded {
  if (flags.instance === undefined) return new Map();
  const { workDir } = findInstance(flags.instance).target;
  if (flags.reset) resetProgress(workDir);
  return progressOf(workDir, number);
}

/** Everything between a sandbox that is there and what the run came to. */
async function runIn(sandbox: RunningSandbox, run: SandboxRun, view: View): Promise<RunState> {
  const { scenario, flags, interrupt } = run;
  const { configuration } = run.loaded;
  const { lock } = await import('../session/lock.ts');
  using _held = lock(sandbox, { clusterName: configuration.clusterName, command: `run ${scenario.number}` });
  if (flags.reset) resetProgress(sandbox.target.workDir);
  if (flags.fromScratch) {
    const exitCode = await cleanAll(sandbox, run);
    if (exitCode !== 0) return { ...emptyRun, scenario: scenario.number, outcome: 'failed', exitCode };
  }
  const state = await perform(run, sandbox, view);
  view.close();
  const cleaned =
    flags.delete && !interrupt.signal.aborted ? await cleanAll(sandbox, { ...run, flags: { ...flags, yes: true } }) : 0;
  const messages = flags.json ? process.stderr : process.stdout;
  if (flags.keep && !interrupt.signal.aborted) await keepRunning(sandbox, interrupt, messages);
  return { ...state, exitCode: state.exitCode || cleaned };
}

/** Returns the exit code. */
async function cleanAll(sandbox: RunningSandbox, { loaded, flags, interrupt }: SandboxRun): Promise<number> {
  const { cleanSandbox } = await import('./cleanup.ts');
  return (await cleanSandbox(sandbox, loaded.configuration, { ...flags, eks: true, interrupt })).exitCode;
}

async function perform(
  { scenario, loaded: { configuration }, flags, interrupt }: SandboxRun,
  sandbox: RunningSandbox,
  view: View,
): Promise<RunState> {
  const { runScenario } = await import('@meshbed/runner');
  let state = emptyRun;
  await runScenario({
    scenario,
    configuration,
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
    force: flags.force ?? false,
  });
  return state;
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
