import { duration } from '@meshbed/core';
import type { RunSummary } from '@meshbed/runner/reports';
import { notesOf } from '@meshbed/runner/status';
import { columnsText } from './columns.ts';

/** A line per run, in the order that is given. */
export function historyText(runs: readonly RunSummary[]): string {
  const head = ['run', 'started (UTC)', 'scenario', 'target', 'outcome', 'steps', 'tests', 'time', 'notes'];
  return `${columnsText([head, ...runs.map(row)])}\n`;
}

function row(run: RunSummary): string[] {
  const { counts, started, scenario, target, outcome, durationMs } = run;
  return [
    run.run,
    started.slice(0, 19).replace('T', ' '),
    String(scenario),
    target,
    outcome,
    share(counts.steps),
    share(counts.tests),
    duration(durationMs),
    notesOf(run),
  ];
}

const share = ({ passed, total }: { passed: number; total: number }) => `${passed}/${total}`;
