/** What happened in a run, as events, and what they add up to. Light enough for the command line to load at once. */
export type * from '../events.ts';
export { criticalPath } from './critical-path.ts';
export { emptyRun, fold, type RunState, type StepState, type TestState } from './fold.ts';
export { openJournal, type Journal } from './journal.ts';
