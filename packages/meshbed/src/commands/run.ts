import { createIds, systemClock } from '@meshbed/core';
import { emptyRun, fold, progressOf, resetProgress, runName, type RunState } from '@meshbed/runner/journal';
import { scenarioNumbered, withMatrix, type Scenario } from '@meshbed/runner/scenario';
import { chooseSteps, type Selection } from '@meshbed/runner/selection';
import { findInstance } from '../session/instance.ts';
import { createInterrupt, type Interrupt } from '../session/interrupt.ts';
import { keepRunning } from '../session/keep.ts';
import { reachSandbox, withInstance } from '../session/reach.ts';
import type { RunningSandbox } from '../session/sandbox.ts';
import { createView, type View } from '../view/index.ts';
import { listing, type Recorded } from './listing.ts';
import { rejectContradictions, type RunFlags } from './options.ts';

export async function runCommand(number: string, given: RunFlags): Promise<void> {
  const flags = withInstance(given);
  rejectContradictions(flags);
  const found = scenarioNumbered(number);
  const scenario = flags.matrix ? withMatrix(found) : found;
  const chosen = chooseSteps(scenario, selectionOf(flags));
  if (flags.list) return void process.stdout.write(listing(scenario, chosen, recordedProgress(scenario, flags)));
  using interrupt = createInterrupt();
  const { exitCode } = await runInSandbox({ scenario, flags, interrupt });
  process.exitCode = exitCode;
}

export interface SandboxRun {
  scenario: Scenario;
  flags: RunFlags;
  interrupt: Interrupt;
}

/** Runs a scenario in a sandbox, its own or one that runs, shows it as the flags say, and returns what it came to. */
export async function runInSandbox(run: SandboxRun): Promise<RunState> {
  const view = createView(process.stdout, viewOptions(run.flags));
  try {
    const { instance, keep = false } = run.flags;
    return await reachSandbox({ instance, keep }, (sandbox) => runIn(sandbox, run, view));
  } finally {
    view.close();
  }
}

/** Of an environment that outlives a command; a new sandbox has none. */
function recordedProgress({ number }: Scenario, flags: RunFlags): Recorded {
  if (flags.instance === undefined) return new Map();
  const { workDir } = findInstance(flags.instance).target;
  if (flags.reset) forget(workDir);
  return progressOf(workDir, number);
}

const forget = (workDir: string) => resetProgress(workDir, runName(systemClock.now(), createIds()), systemClock.now());

/** Everything between a sandbox that is there and what the run came to. */
async function runIn(sandbox: RunningSandbox, run: SandboxRun, view: View): Promise<RunState> {
  const { scenario, flags, interrupt } = run;
  const { lock } = await import('../session/lock.ts');
  using _held = lock(sandbox, `run ${scenario.number}`);
  if (flags.reset) forget(sandbox.target.workDir);
  if (flags.fromScratch) {
    const exitCode = await cleanAll(sandbox, flags, interrupt);
    if (exitCode !== 0) return { ...emptyRun, scenario: scenario.number, outcome: 'failed', exitCode };
  }
  const state = await perform(run, sandbox, view);
  view.close();
  const cleaned =
    flags.delete && !interrupt.signal.aborted ? await cleanAll(sandbox, { ...flags, yes: true }, interrupt) : 0;
  const messages = flags.json ? process.stderr : process.stdout;
  if (flags.keep && !interrupt.signal.aborted) await keepRunning(sandbox, interrupt, messages);
  return { ...state, exitCode: state.exitCode || cleaned };
}

/** Returns the exit code. */
async function cleanAll(sandbox: RunningSandbox, flags: RunFlags, interrupt: Interrupt): Promise<number> {
  const { cleanSandbox } = await import('./cleanup.ts');
  return (await cleanSandbox(sandbox, { ...flags, eks: true, interrupt })).exitCode;
}

async function perform(
  { scenario, flags, interrupt }: SandboxRun,
  sandbox: RunningSandbox,
  view: View,
): Promise<RunState> {
  const { defaultConfiguration, runScenario } = await import('@meshbed/runner');
  let state = emptyRun;
  await runScenario({
    scenario,
    configuration: defaultConfiguration,
    target: sandbox.target,
    clock: systemClock,
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
