import { duration } from '@meshbed/core';
import { shortfall } from '../journal/counts.ts';
import type { RunSummary } from '../reports/report.ts';
import type { Scenario } from '../scenario/types.ts';
import { bold, table } from './markdown.ts';

/** Where a scenario stands, from its last run. */
export type Standing = 'Passing' | 'Partial' | 'Failing' | 'Untested';

export function standingOf(last: RunSummary | undefined): Standing {
  if (!last) return 'Untested';
  if (last.outcome === 'passed') return 'Passing';
  return last.counts.tests.passed > 0 ? 'Partial' : 'Failing';
}

export const dateOf = ({ started }: RunSummary): string => started.slice(0, 10);

/** `## Scenario 3: …` with its last good run and all its runs. @param runs of this scenario, the newest first */
export function scenarioSection({ number, title }: Scenario, runs: readonly RunSummary[]): string {
  const success = runs.find(({ outcome }) => outcome === 'passed');
  return [
    `## Scenario ${number}: ${title}`,
    '### Last Successful Test Run',
    success ? lastSuccess(success) : 'No successful run is recorded.',
    ...(success ? ['### Timing Breakdown', timing(success), '### Test Categories', categories(success)] : []),
    '### Test Run History',
    runs.length > 0 ? history(runs) : 'No run is recorded.',
  ].join('\n\n');
}

function lastSuccess(run: RunSummary): string {
  const { counts, durationMs, owner, target, region } = run;
  return table(
    ['Field', 'Value'],
    [
      [bold('Date'), dateOf(run)],
      [bold('Tester'), owner],
      [bold('Where'), `${target}, ${region}`],
      [bold('Run'), run.run],
      [bold('Tests Passed'), counts.tests.passed],
      [bold('Tests Failed'), counts.tests.failed],
      [bold('Duration'), duration(durationMs)],
      [bold('Notes'), run.text],
    ],
  );
}

type Timed = { fromMs: number | null; toMs: number | null };

/** Parts run at the same time, so that they add up to more than the whole. */
function timing({ steps, tests, parts, durationMs }: RunSummary): string {
  const rows = parts.map((part, index) => {
    const own = steps.filter((step) => step.part === index + 1);
    return [part, spanOf(own), own.map(({ description }) => description).join(', ')];
  });
  return table(
    ['Phase', 'Duration', 'Notes'],
    [
      ...rows,
      ['Test execution', spanOf(tests), `${tests.length} tests`],
      [bold('Total'), bold(duration(durationMs)), 'phases overlap'],
    ],
  );
}

function spanOf(items: readonly Timed[]): string {
  const from = items.flatMap(({ fromMs }) => fromMs ?? []);
  const to = items.flatMap(({ toMs }) => toMs ?? []);
  return from.length === 0 || to.length === 0 ? '-' : duration(Math.max(...to) - Math.min(...from));
}

function categories({ counts }: RunSummary): string {
  const rows = Object.entries(counts.categories).map(([name, own]) => [
    `${name[0]?.toUpperCase()}${name.slice(1)}`,
    own.total,
    own.passed === own.total ? 'PASS' : `${own.passed} passed, ${shortfall(own)}`,
  ]);
  return table(['Category', 'Tests', 'Result'], rows);
}

const results: Readonly<Record<RunSummary['outcome'], string>> = {
  passed: 'PASS',
  failed: 'FAIL',
  cancelled: 'STOPPED',
  unfinished: 'UNFINISHED',
};

function history(runs: readonly RunSummary[]): string {
  const rows = runs.map((run) => {
    const { passed, failed } = run.counts.tests;
    const cells = [dateOf(run), results[run.outcome], `${passed}/${failed}`, run.target, run.owner];
    return [...cells, duration(run.durationMs), [run.text, notesOf(run)].filter((note) => note !== '').join('; ')];
  });
  return table(['Date', 'Result', 'Passed/Failed', 'Where', 'Tester', 'Duration', 'Notes'], rows);
}

/** What went wrong, and which known issues it met. */
export function notesOf({ steps, tests, issues }: RunSummary): string {
  const step = steps.find(({ outcome }) => outcome === 'failed');
  const [first, ...more] = tests.filter(({ outcome }) => outcome === 'failed');
  return [
    ...(step ? [`step ${step.number} ${step.id} failed`] : []),
    ...(first ? [more.length > 0 ? `${more.length + 1} tests failed` : `test ${first.name} failed`] : []),
    ...issues.map(({ id, outcome }) => (outcome === 'overcome' ? `${id} overcome` : id)),
  ].join(', ');
}
