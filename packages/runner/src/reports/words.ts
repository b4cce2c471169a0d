/** Outcomes of steps and tests in words: meaning never rests on colour or on a sign alone. */
const words: Readonly<Record<string, string>> = {
  planned: 'not run',
  running: 'aborted',
  done: 'done',
  unchanged: 'nothing to change',
  passed: 'passed',
  failed: 'failed',
  skipped: 'skipped',
  blocked: 'not run: a step before it failed',
  cancelled: 'aborted',
  'not-run': 'not run: what comes before it failed or was stopped',
  unfinished: 'never ended',
};

export const wordOf = (outcome: string): string => words[outcome] ?? outcome;

/** The outcome of a whole run. */
export const runWord: Readonly<Record<string, string>> = {
  passed: 'Passed',
  failed: 'Failed',
  cancelled: 'Stopped',
  unfinished: 'Never ended',
};
