/** Reports of a run, all from one model that is folded from its journal. */
export { compareRuns, noise, type Change, type Comparison } from './compare.ts';
export { reportOf, summaryOf } from './fold.ts';
export { html } from './html/index.ts';
export { json } from './json.ts';
export { junit } from './junit.ts';
export type * from './report.ts';
export { tookMs } from './took.ts';
