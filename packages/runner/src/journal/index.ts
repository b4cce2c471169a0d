/** What happened in a run, as events, and what they add up to. Light enough for the command line to load at once. */
export { crossingLines } from './crossing.ts';
export type * from '../events.ts';
export { countsOf, countsText, lastMs, outcomeOf, shortfall, wayOf, type Counts } from './counts.ts';
export { criticalPath } from './critical-path.ts';
export { emptyRun, fold, type ResourceState, type RunState, type StepState, type TestState } from './fold.ts';
export { cleanupJournalName, journalName, openJournal, readJournal, runDirectories, type Journal } from './journal.ts';
export { progressOf, resetProgress } from './progress.ts';
export { runName } from './run-name.ts';
