/** Reports of a run, all from one model that is folded from its journal. */
export { duration, tookMs } from './duration.ts';
export { reportOf, summaryOf } from './fold.ts';
export { junit } from './junit.ts';
export type * from './report.ts';
