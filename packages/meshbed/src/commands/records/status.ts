import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { MeshbedError } from '@meshbed/core';
import { recordedRuns, summariesIn } from '@meshbed/runner/records';
import { reportOf, summaryOf, type RunSummary } from '@meshbed/runner/reports';
import { scenarios } from '@meshbed/runner/scenario';
import { noIssues, readIssues, statusPage, type TrackedIssues } from '@meshbed/runner/status';
import { writing } from '../../reports/targets.ts';
import { recordsFolder } from '../../session/record.ts';

export interface StatusFlags {
  /** true: the usual file. */
  write?: string | true;
  issues?: string;
  records?: string;
}

const usual = { page: 'STATUS.md', issues: 'issues.yaml' };

/** `status`: the status page, on standard output or as a file. */
export function statusCommand({ write, issues, records }: StatusFlags): void {
  const runs = records === undefined ? ownRuns() : summariesIn(reading(records), records);
  const page = statusPage({ scenarios, runs, issues: issuesOf(issues) });
  if (write === undefined) return void process.stdout.write(page);
  const file = write === true ? usual.page : write;
  writing(file, () => writeFileSync(file, page));
  process.stdout.write(`wrote ${file}\n`);
}

const ownRuns = (): RunSummary[] => recordedRuns(recordsFolder()).map((run) => summaryOf(reportOf(run)));

/** The file that is named, else the usual one of the folder, else none. */
function issuesOf(named: string | undefined): TrackedIssues {
  const file = named ?? usual.issues;
  return named === undefined && !existsSync(file) ? noIssues : readIssues(reading(file), file);
}

/** @throws MeshbedError `user/no-file` */
function reading(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new MeshbedError('user/no-file', `can't read ${file}`, { cause, next: 'check the path' });
  }
}
