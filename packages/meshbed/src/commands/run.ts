import { basename } from 'node:path';
import { createIds, describeError, MeshbedError, redact } from '@meshbed/core';
import type { Loaded } from '@meshbed/runner/configuration';
import type { Evidence } from '@meshbed/runner';
import type { Plan } from '@meshbed/runner/plan';
import { emptyRun, fold, progressOf, resetProgress, type RunState } from '@meshbed/runner/journal';
import { scenarioNumbered, withMatrix, type Scenario } from '@meshbed/runner/scenario';
import { chooseSteps, type Selection } from '@meshbed/runner/selection';
import { configurationFor } from '../session/configuration.ts';
import { findInstance } from '../session/instance.ts';
import { createInterrupt, type Interrupt } from '../session/interrupt.ts';
import { keepRunning } from '../session/keep.ts';
import { isCloud, refuseSandboxFlags, type Environment } from '../session/environment.ts';
import { reachSandbox, withInstance } from '../session/reach.ts';
import { resumeCommand } from '../session/resume.ts';
import { timingNamed } from '../session/timing.ts';
import { cloudWorkDir } from '../session/work-directory.ts';
import { recorder } from '../session/record.ts';
import { reportTargets, type ReportTarget } from '../reports/targets.ts';
import { versionOf } from '../version.ts';
import { createView, type View, type ViewOptions } from '../view/index.ts';
import { listing, listingAsJson, type Recorded } from './listing.ts';
import { refuseExpensive, rejectContradictions, type RunFlags } from './options.ts';

export async function runCommand(number: string | undefined, given: RunFlags): Promise<void> {
  const flags = withInstance(given);
  rejectContradictions(flags);
  const { scenario, loaded } = configured(number, flags);
  refuseSandboxFlags(loaded, given);
  const reports = reportTargets(flags.report);
  const chosen = chooseSteps(scenario, selectionOf(flags));
  if (flags.list) {
    const show = flags.json ? listingAsJson : listing;
    return void process.stdout.write(
      show(scenario, chosen, {
        recorded: recordedProgress(scenario, loaded, flags),
        withTests: flags.stopAfter === undefined,
      }),
    );
  }
  if (flags.maxCost !== undefined) await refuseExpensive(await planned({ scenario, loaded }, flags), flags);
  using interrupt = createInterrupt();
  const { exitCode } = await runWhere({ scenario, loaded, flags, interrupt, reports });
  process.exitCode = exitCode;
}

export interface SandboxRun {
  scenario: Scenario;
  loaded: Loaded;
  flags: RunFlags;
  interrupt: Interrupt;
  /** What to write about the run when it is over. */
  reports: readonly ReportTarget[];
}

/** Runs a scenario in a sandbox, its own or one that runs, or in the cloud, shows it as the flags say, and returns what it came to. */
export async function runWhere(run: SandboxRun): Promise<RunState> {
  const view = createView(process.stdout, viewOptions(run.flags));
  try {
    const { flags, loaded } = run;
    if (isCloud(loaded)) return await runInCloud(run, view);
    const reach = { instance: flags.instance, keep: flags.keep === true, profile: timingNamed(flags.timing), loaded };
    return await reachSandbox(reach, async (sandbox) => {
      const state = await runIn(sandbox, run, view);
      const messages = flags.json ? process.stderr : process.stdout;
      if (flags.keep && !run.interrupt.signal.aborted) await keepRunning(sandbox, run.interrupt, messages);
      return state;
    });
  } finally {
    view.close();
  }
}

/** Asks first: it costs money. */
async function runInCloud(run: SandboxRun, view: View): Promise<RunState> {
  const { scenario, loaded, flags, interrupt } = run;
  const [{ accountsOf }, { openEnvironment }, { confirm }] = await Promise.all([
    import('@meshbed/runner'),
    import('../session/environment.ts'),
    import('../session/confirm.ts'),
  ]);
  const environment = await openEnvironment({ loaded, accounts: accountsOf(scenario) });
  const question = questionOf(await planned(run, flags));
  const agreed = flags.yes === true || (await confirm(question, { ...interrupt, what: 'be run, and cost money' }));
  return agreed ? runIn(environment, run, view) : { ...emptyRun, scenario: scenario.number, outcome: 'cancelled' };
}

async function planned(run: Pick<SandboxRun, 'scenario' | 'loaded'>, flags: RunFlags): Promise<Plan> {
  const { planFor } = await import('./plan/plan.ts');
  return planFor(run, flags);
}

function questionOf({ scenario, accounts, region, resources, perHour, runCost, expectedMs }: Plan): string {
  const where = accounts.map(({ id, profile = 'default' }) => `${id} (profile ${profile})`).join(' and ');
  const cost = `$${runCost.toFixed(2)} for about ${Math.ceil(expectedMs / 60_000)} minutes, $${perHour.toFixed(2)} for each hour that it stays`;
  return `Run scenario ${scenario} in account ${where}, ${region}? It creates up to ${resources.length} resources; ${cost}.`;
}

/** The scenario that is named, else the configured one, with its configuration. Nothing has started by then. */
export function configured(
  named: string | undefined,
  flags: RunFlags,
  target?: 'sandbox',
): Pick<SandboxRun, 'scenario' | 'loaded'> {
  const asked = {
    ...(named === undefined ? {} : { scenario: scenarioNumbered(named).number }),
    ...(target === undefined ? {} : { target }),
  };
  const loaded = configurationFor({ flags, ...asked });
  const number = named ?? loaded.configuration.scenario;
  if (number === undefined)
    throw new MeshbedError('user/no-scenario', 'which scenario?', { next: 'name it: meshbed run 1; or set SCENARIO' });
  const scenario = scenarioNumbered(String(number));
  return { scenario: flags.matrix ? withMatrix(scenario) : scenario, loaded };
}

/** Of an environment that outlives a command; a new sandbox has none. */
function recordedProgress({ number }: Scenario, loaded: Loaded, flags: RunFlags): Recorded {
  const workDir = workDirOf(loaded, flags);
  if (workDir === undefined) return new Map();
  if (flags.reset) resetProgress(workDir);
  return progressOf(workDir, number);
}

function workDirOf(loaded: Loaded, { instance }: RunFlags): string | undefined {
  if (isCloud(loaded)) return cloudWorkDir(loaded.configuration);
  return instance === undefined ? undefined : findInstance(instance).target.workDir;
}

/** Everything between an environment that is there and what the run came to. */
async function runIn(environment: Environment, run: SandboxRun, view: View): Promise<RunState> {
  const { scenario, flags, interrupt } = run;
  const { configuration } = run.loaded;
  const { lock } = await import('../session/lock.ts');
  using _held = lock(environment, { clusterName: configuration.clusterName, command: `run ${scenario.number}` });
  if (flags.reset) resetProgress(environment.target.workDir);
  if (flags.fromScratch) {
    const exitCode = await cleanAll(environment, run);
    if (exitCode !== 0) return { ...emptyRun, scenario: scenario.number, outcome: 'failed', exitCode };
  }
  const { state, directory } = await perform(run, environment, view);
  view.close();
  if (state.outcome === 'failed') await leaveEvidence(run, environment, directory);
  await writeRunReports(state, run);
  if (state.outcome === 'cancelled') sayHowToResume(run);
  const cleaned =
    flags.delete && !interrupt.signal.aborted
      ? await cleanAll(environment, { ...run, flags: { ...flags, yes: true } })
      : 0;
  return { ...state, exitCode: state.exitCode || cleaned };
}

/** A sandbox of its own has ended with the run. */
function sayHowToResume({ loaded, flags }: SandboxRun): void {
  if (!isCloud(loaded) && flags.instance === undefined) return;
  const line = `Resume: ${redact(resumeCommand(process.argv.slice(2)))}\n`;
  (flags.json ? process.stderr : process.stdout).write(line);
}

/** What `--report` asks for. */
export async function writeRunReports(
  state: RunState,
  { reports, flags }: Pick<SandboxRun, 'reports' | 'flags'>,
): Promise<void> {
  if (reports.length === 0) return;
  const { writeReports } = await import('../reports/write.ts');
  const written = writeReports(state, reports).map((file) => `report: ${file}\n`);
  (flags.json ? process.stderr : process.stdout).write(written.join(''));
}

/** Where the evidence of a failed run is, and the cause that it found. */
export async function showEvidence(evidence: Evidence, { json }: RunFlags): Promise<void> {
  const { evidenceText } = await import('./evidence/evidence.ts');
  const shown = json ? `${JSON.stringify({ kind: 'evidence', ...evidence })}\n` : `\n${evidenceText(evidence)}`;
  process.stdout.write(shown);
}

/** Before anything is cleaned up. That it can't be written is no reason to leave things running. */
async function leaveEvidence(
  { loaded: { configuration }, flags, interrupt }: SandboxRun,
  { target, clock }: Environment,
  runDirectory: string,
): Promise<void> {
  const { evidenceFile } = await import('./evidence/evidence.ts');
  const { gatherEvidence } = await import('@meshbed/runner');
  const file = evidenceFile(basename(runDirectory));
  try {
    const evidence = await gatherEvidence({
      configuration,
      target,
      clock,
      signal: interrupt.signal,
      runDirectory,
      file,
    });
    await showEvidence(evidence, flags);
  } catch (error) {
    process.stderr.write(`meshbed: no evidence: ${redact(describeError(error))}\n`);
  }
}

/** Returns the exit code. */
async function cleanAll(environment: Environment, { loaded, flags, interrupt }: SandboxRun): Promise<number> {
  const { cleanEnvironment } = await import('./cleanup.ts');
  return (await cleanEnvironment(environment, loaded.configuration, { ...flags, eks: true, interrupt })).exitCode;
}

interface Performed {
  state: RunState;
  /** Of the run. */
  directory: string;
}

async function perform(
  { scenario, loaded: { configuration }, flags, interrupt }: SandboxRun,
  { target, clock }: Environment,
  view: View,
): Promise<Performed> {
  const { runScenario } = await import('@meshbed/runner/run');
  const record = recorder();
  let state = emptyRun;
  const { directory } = await runScenario({
    scenario,
    configuration,
    target,
    clock,
    sequential: flags.sequential ?? false,
    ids: createIds(),
    signal: interrupt.signal,
    onEvent(event) {
      state = fold(state, event);
      view.show(event);
      record(event);
    },
    versions: { meshbed: versionOf(), Node: process.versions.node },
    selection: selectionOf(flags),
    force: flags.force ?? false,
  });
  return { state, directory };
}

export function viewOptions({ json, plain, verbose, timing }: RunFlags): ViewOptions {
  // The live view counts the seconds of the wall clock.
  const lines = plain || timing === 'real';
  const kind = json ? 'json' : lines || !process.stdout.isTTY || process.env['CI'] !== undefined ? 'plain' : 'live';
  return { kind, verbose: verbose ?? false } as const;
}

/** Which steps the flags choose. */
export function selectionOf({ step, stopAfter, testsOnly, skipSetup }: RunFlags): Selection {
  return {
    ...(step === undefined ? {} : { from: step }),
    ...(stopAfter === undefined ? {} : { to: stopAfter }),
    ...(testsOnly ? { testsOnly } : {}),
    ...(skipSetup ? { skipSetup } : {}),
  };
}
