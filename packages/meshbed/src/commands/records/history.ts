import { MeshbedError } from '@meshbed/core';
import { recordedRuns } from '@meshbed/runner/records';
import { reportOf, summaryOf, type RunSummary } from '@meshbed/runner/reports';
import { scenarioNumbered } from '@meshbed/runner/scenario';
import { recordsFolder } from '../../session/record.ts';
import { historyText } from '../../view/history.ts';

export interface HistoryFlags {
  scenario?: string;
  target?: string;
  limit?: string;
  json?: boolean;
}

const targets = ['sandbox', 'cloud'];

/** `history`: what ran, the newest first. */
export function historyCommand(flags: HistoryFlags): void {
  const { json } = flags;
  const runs = chosen(flags);
  if (json) return void process.stdout.write(`${JSON.stringify(runs, undefined, 2)}\n`);
  process.stdout.write(runs.length === 0 ? noneText(flags) : historyText(runs));
}

/** @throws MeshbedError `user/unknown-scenario`, `user/history` */
function chosen({ scenario, target, limit = '20' }: HistoryFlags): RunSummary[] {
  const number = scenario === undefined ? undefined : scenarioNumbered(scenario).number;
  if (target !== undefined && !targets.includes(target))
    throw new MeshbedError('user/history', `there is no target ${target}`, { next: `choose ${targets.join(' or ')}` });
  if (!/^[1-9]\d*$/.test(limit))
    throw new MeshbedError('user/history', `--limit is ${limit}, not a number of runs`, {
      next: 'for example --limit 5',
    });
  return recordedRuns(recordsFolder())
    .filter((run) => number === undefined || run.scenario === number)
    .filter((run) => target === undefined || run.target === target)
    .slice(0, Number(limit))
    .map((run) => summaryOf(reportOf(run)));
}

function noneText({ scenario, target }: HistoryFlags): string {
  const filtered = scenario !== undefined || target !== undefined;
  return filtered
    ? 'No recorded run is like that; all: meshbed history\n'
    : 'No run is recorded yet; start one: meshbed run 1\n';
}
