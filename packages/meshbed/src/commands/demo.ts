import { scenarios } from '@meshbed/runner/scenario';
import { chooseSteps } from '@meshbed/runner/selection';
import { createInterrupt } from '../session/interrupt.ts';
import { reportTargets } from '../reports/targets.ts';
import { paintFor } from '../view/paint.ts';
import { overview } from '../view/summary.ts';
import { listing } from './listing.ts';
import { refuseCloud, rejectContradictions, type RunFlags } from './options.ts';
import { configured, runWhere } from './run.ts';

export type DemoFlags = RunFlags;

/** Every scenario in a fresh sandbox, one after the other; `--keep` leaves the last one running. */
export async function demoCommand({ list, keep, ...flags }: DemoFlags): Promise<void> {
  refuseCloud('demo', flags);
  rejectContradictions({ ...flags, ...(list ? { list } : {}), ...(keep ? { keep } : {}) });
  if (list) return void process.stdout.write(scenarios.map((each) => listing(each, chooseSteps(each, {}))).join('\n'));
  const runs = scenarios.map(({ number }) => ({
    ...configured(String(number), flags, 'sandbox'),
    reports: reportTargets(flags.report, `scenario-${number}`),
  }));
  using interrupt = createInterrupt();
  const states = [];
  for (const run of runs) {
    if (interrupt.signal.aborted) break;
    const own = { ...flags, ...(keep && run === runs.at(-1) ? { keep } : {}) };
    states.push(await runWhere({ ...run, interrupt, flags: own }));
  }
  if (!flags.json) process.stdout.write(overview(states, paintFor(process.stdout)));
  process.exitCode = states.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? 0;
}
