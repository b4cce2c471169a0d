import type { MatrixCell, PlannedExercise, TestRecord, TopologyAccount } from '../events.ts';
import type { Counts } from '../journal/counts.ts';
import type { Severity } from '../known-issues/index.ts';

/** Everything that reports say about a run, as plain data. Times are ISO 8601; `…Ms` count from the start of the run. */
export interface RunReport extends RunSummary {
  steps: readonly StepReport[];
  tests: readonly TestReport[];
  accounts: readonly TopologyAccount[];
  exercises: readonly PlannedExercise[];
  criticalPath: readonly { step: string; fromMs: number; toMs: number }[];
  resources: readonly ResourceReport[];
}

/** What is worth keeping of a run for as long as anybody compares. */
export interface RunSummary {
  format: typeof format;
  run: string;
  scenario: number;
  title: string;
  /** `sandbox`, `cloud`. */
  target: string;
  cluster: string;
  region: string;
  owner: string;
  outcome: Outcome;
  /** null when the run never came to its end. */
  exitCode: number | null;
  started: string;
  durationMs: number;
  versions: Readonly<Record<string, string>>;
  /** In words, the same in every report. */
  text: string;
  /** Names of the parts that steps belong to, the first is part 1. */
  parts: readonly string[];
  counts: { steps: Counts; tests: Counts; categories: Readonly<Record<string, Counts>> };
  steps: readonly StepSummary[];
  tests: readonly TestSummary[];
  issues: readonly IssueReport[];
}

export const format = 'meshbed/run/1' as const;

/** `unfinished`: the process died, or still runs. */
export type Outcome = 'passed' | 'failed' | 'cancelled' | 'unfinished';

export interface FailureReport {
  code: string;
  /** As people read it, one line per fact. */
  text: string;
  /** Id of the known issue that it is. */
  issue?: string;
}

export interface StepSummary {
  number: number;
  id: string;
  description: string;
  part: number;
  outcome: string;
  fromMs: number | null;
  toMs: number | null;
  failure?: FailureReport;
}

export interface StepReport extends StepSummary {
  /** Resources created or changed. */
  changes: number;
  waits: readonly { reason: string; fromMs: number; toMs: number }[];
}

export interface TestSummary {
  id: string;
  name: string;
  category: string;
  outcome: string;
  fromMs: number | null;
  toMs: number | null;
  failure?: FailureReport;
}

export interface TestReport extends TestSummary {
  cell?: MatrixCell;
  evidence?: TestRecord;
}

export interface ResourceReport {
  step: string;
  kind: string;
  name: string;
  change: 'create' | 'update';
  id?: string;
  /** null when nobody saw it succeed. */
  tookMs: number | null;
}

export interface IssueReport {
  id: string;
  title: string;
  severity: Severity;
  outcome: 'failed' | 'overcome';
  places: readonly string[];
  done: readonly string[];
  workaround: string;
}
