import { findRun } from '@meshbed/runner/records';
import { compareRuns, reportOf } from '@meshbed/runner/reports';
import { recordsFolder } from '../../session/record.ts';
import { comparisonText } from '../../view/comparison.ts';
import { paintFor } from '../../view/paint.ts';

export interface CompareFlags {
  json?: boolean;
}

/** `compare`: outcomes, times and versions that are different in the second run. */
export function compareCommand(before: string, after: string, { json }: CompareFlags): void {
  const folder = recordsFolder();
  const [one, other] = [reportOf(findRun(folder, before)), reportOf(findRun(folder, after))];
  const comparison = compareRuns(one, other);
  const named = { before: one.run, after: other.run, ...comparison };
  const text = json
    ? `${JSON.stringify(named, undefined, 2)}\n`
    : comparisonText([one, other], comparison, paintFor(process.stdout));
  process.stdout.write(text);
}
