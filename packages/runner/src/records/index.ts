/** The runs of this user, wherever they went on: what history, compare, report and status read. */
export { findRun, kept, recordedRuns, recordInto, recordNames } from './records.ts';
export { summariesIn } from './summaries.ts';
