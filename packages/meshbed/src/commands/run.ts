import { createIds, systemClock } from '@meshbed/core';
import type { CleanupResult, RunResult, Selection } from '@meshbed/runner';
import { progressOf, resetProgress, runName } from '@meshbed/runner/journal';
import { scenarioNumbered, type Scenario } from '@meshbed/runner/scenario';
import { chooseSteps } from '@meshbed/runner/selection';
import { findInstance } from '../session/instance.ts';
import { createInterrupt, type Interrupt } from '../session/interrupt.ts';
import { keepRunning } from '../session/keep.ts';
import { reachSandbox, wantedInstance } from '../session/reach.ts';
import type { RunningSandbox } from '../session/sandbox.ts';
import { createView, type View } from '../view/index.ts';
import { listing, type Recorded } from './listing.ts';
import { rejectContradictions, type RunFlags } from './options.ts';

export async function runCommand(number: string, flags: RunFlags): Promise<void> {
  rejectContradictions(flags);
  const scenario = scenarioNumbered(number);
  const chosen = chooseSteps(scenario, selectionOf(flags));
  if (flags.list) return void process.stdout.write(listing(scenario, chosen, recordedProgress(scenario, flags)));
  using interrupt = createInterrupt();
  const view = createView(process.stdout, viewOptions(flags));
  try {
    process.exitCode = await reachSandbox({ wanted: wantedInstance(flags), keep: flags.keep === true }, (sandbox) =>
      runIn(sandbox, { scenario, flags, interrupt, view }),
    );
  } finally {
    view.close();
  }
}

/** Of an environment that outlives a command; a new sandbox has none. */
function recordedProgress({ number }: Scenario, flags: RunFlags): Recorded {
  const wanted = wantedInstance(flags);
  if (wanted === undefined) return new Map();
  const { workDir } = findInstance(wanted).target;
  if (flags.reset) forget(workDir);
  return progressOf(workDir, number);
}

const forget = (workDir: string) => resetProgress(workDir, runName(systemClock.now(), createIds()), systemClock.now());

interface Wanted {
  scenario: Scenario;
  flags: RunFlags;
  interrupt: Interrupt;
  view: View;
}

/** Everything between a sandbox that is there and an exit code. */
async function runIn(sandbox: RunningSandbox, { scenario, flags, interrupt, view }: Wanted): Promise<number> {
  const messages = flags.json ? process.stderr : process.stdout;
  const { lock } = await import('../session/lock.ts');
  using _held = lock(sandbox, `run ${scenario.number}`);
  if (flags.reset) forget(sandbox.target.workDir);
  if (flags.fromScratch) {
    const { exitCode } = await cleanAll(sandbox, flags, interrupt);
    if (exitCode !== 0) return exitCode;
  }
  const { exitCode } = await perform({ scenario, flags, sandbox, interrupt, view });
  view.close();
  const cleaned =
    flags.delete && !interrupt.signal.aborted ? await cleanAll(sandbox, { ...flags, yes: true }, interrupt) : undefined;
  if (flags.keep && !interrupt.signal.aborted) await keepRunning(sandbox, interrupt, messages);
  return exitCode === 0 ? (cleaned?.exitCode ?? 0) : exitCode;
}

async function cleanAll(sandbox: RunningSandbox, flags: RunFlags, interrupt: Interrupt): Promise<CleanupResult> {
  const { cleanSandbox } = await import('./cleanup.ts');
  return cleanSandbox(sandbox, { ...flags, eks: true, interrupt });
}

interface Performance extends Wanted {
  sandbox: RunningSandbox;
}

async function perform({ scenario, flags, sandbox, interrupt, view }: Performance): Promise<RunResult> {
  const { defaultConfiguration, runScenario } = await import('@meshbed/runner');
  return runScenario({
    scenario,
    configuration: defaultConfiguration,
    target: sandbox.target,
    clock: systemClock,
    ids: createIds(),
    signal: interrupt.signal,
    onEvent: (event) => view.show(event),
    selection: selectionOf(flags),
    force: flags.force ?? false,
  });
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
