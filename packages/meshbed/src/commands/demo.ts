import { availableParallelism } from 'node:os';
import { MeshbedError } from '@meshbed/core';
import type { RunState } from '@meshbed/runner/journal';
import { scenarioNumbered, scenarios } from '@meshbed/runner/scenario';
import { chooseSteps } from '@meshbed/runner/selection';
import { SecondProcess } from '../demo/second-process.ts';
import { reportTargets } from '../reports/targets.ts';
import { createInterrupt, type Interrupt } from '../session/interrupt.ts';
import { createView } from '../view/index.ts';
import { paintFor } from '../view/paint.ts';
import { overview } from '../view/summary.ts';
import { listing } from './listing.ts';
import { configurationArguments, refuseCloud, rejectContradictions, type RunFlags } from './options.ts';
import { configured, runWhere, showEvidence, viewOptions, writeRunReports, type SandboxRun } from './run.ts';

export interface DemoFlags extends RunFlags {
  atOnce?: string;
}

type Run = Omit<SandboxRun, 'interrupt' | 'flags'>;

/** Scenarios in fresh sandboxes, shown one after the other; `--keep` leaves the last one running. */
export async function demoCommand(numbers: readonly string[], { list, keep, ...flags }: DemoFlags): Promise<void> {
  refuseCloud('demo', flags);
  rejectContradictions({ ...flags, ...(list ? { list } : {}), ...(keep ? { keep } : {}) });
  const chosen = numbers.length === 0 ? scenarios : [...new Set(numbers.map(scenarioNumbered))];
  if (list) return void process.stdout.write(chosen.map((each) => listing(each, chooseSteps(each, {}))).join('\n'));
  const runs = chosen.map(({ number }) => ({
    ...configured(String(number), flags, 'sandbox'),
    reports: reportTargets(flags.report, `scenario-${number}`),
  }));
  using interrupt = createInterrupt();
  const own = { ...flags, ...(keep ? { keep } : {}) };
  const states = atOnce(own, runs.length) === 1 ? await inTurn(runs, own, interrupt) : await two(runs, own, interrupt);
  if (!flags.json) process.stdout.write(overview(states, paintFor(process.stdout)));
  process.exitCode = states.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? 0;
}

/** One keeps a core busy most of the time. @throws MeshbedError `user/at-once` */
function atOnce({ keep, atOnce: wanted }: DemoFlags, count: number): 1 | 2 {
  if (wanted !== undefined && wanted !== '1' && wanted !== '2')
    throw new MeshbedError('user/at-once', `scenarios can't run ${wanted} at once`, { next: 'choose 1 or 2' });
  if (keep || count < 2 || wanted === '1') return 1;
  return wanted === '2' || availableParallelism() > 1 ? 2 : 1;
}

async function inTurn(runs: readonly Run[], { keep, ...flags }: DemoFlags, interrupt: Interrupt): Promise<RunState[]> {
  const states: RunState[] = [];
  for (const run of runs) {
    if (interrupt.signal.aborted) break;
    states.push(
      await runWhere({ ...run, interrupt, flags: { ...flags, ...(keep && run === runs.at(-1) ? { keep } : {}) } }),
    );
  }
  return states;
}

/** Every other one runs in a second process. */
async function two(runs: readonly Run[], flags: DemoFlags, interrupt: Interrupt): Promise<RunState[]> {
  const elsewhere = runs.filter((_, index) => index % 2 === 1);
  await using second = new SecondProcess(argumentsFor(elsewhere, flags), interrupt.signal);
  const states: RunState[] = [];
  for (const run of runs) {
    if (interrupt.signal.aborted) break;
    const isHere = !elsewhere.includes(run);
    states.push(isHere ? await runWhere({ ...run, interrupt, flags }) : await shown(second, run, flags));
  }
  return states;
}

const argumentsFor = (runs: readonly Run[], flags: DemoFlags): string[] => [
  ...runs.map(({ scenario }) => String(scenario.number)),
  ...configurationArguments(flags),
  ...(flags.matrix ? ['--matrix'] : []),
];

async function shown(second: SecondProcess, { reports }: Run, flags: DemoFlags): Promise<RunState> {
  const view = createView(process.stdout, viewOptions(flags));
  try {
    const { state, evidence } = await second.show((event) => view.show(event));
    view.close();
    if (evidence) await showEvidence(evidence, flags);
    await writeRunReports(state, { reports, flags });
    return state;
  } finally {
    view.close();
  }
}
