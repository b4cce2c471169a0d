import type { PathSegment, PlannedTest, RunEvent, RunStarted, StepOutcome, TestEnded, TestOutcome } from '../events.ts';

/** What a run looks like after some of its events. */
export interface RunState {
  run: string;
  scenario: number;
  title: string;
  target: string;
  parts: readonly string[];
  steps: ReadonlyMap<string, StepState>;
  tests: ReadonlyMap<string, TestState>;
  /** When each milestone (`eks_cluster.network`) was reached. */
  milestones: ReadonlyMap<string, number>;
  criticalPath: readonly PathSegment[];
  startedMs: number;
  endedMs: number | undefined;
  outcome: 'running' | 'passed' | 'failed' | 'cancelled';
  exitCode: number;
}

export interface StepState {
  id: string;
  number: number;
  description: string;
  part: number;
  needs: readonly string[];
  /** What it had to wait for on its way, and when it went on. */
  resumed: readonly { after: string; atMs: number }[];
  status: 'planned' | 'running' | StepOutcome;
  /** What it waits for, or why it failed. */
  detail: string;
  startedMs: number | undefined;
  endedMs: number | undefined;
  /** Resources created or changed. */
  changes: number;
}

export interface TestState extends PlannedTest {
  status: 'planned' | 'running' | TestOutcome;
  detail: string;
  startedMs: number | undefined;
  endedMs: number | undefined;
  record: TestEnded['record'];
}

export const emptyRun: RunState = {
  run: '',
  scenario: 0,
  title: '',
  target: '',
  parts: [],
  steps: new Map(),
  tests: new Map(),
  milestones: new Map(),
  criticalPath: [],
  startedMs: 0,
  endedMs: undefined,
  outcome: 'running',
  exitCode: 0,
};

/** Pure: the same events always give the same state. */
export function fold(state: RunState, event: RunEvent): RunState {
  const { atMs } = event;
  switch (event.kind) {
    case 'run-started':
      return started(event);
    case 'run-ended': {
      const { outcome, exitCode, criticalPath } = event;
      return { ...state, outcome, exitCode, criticalPath, endedMs: atMs };
    }
    case 'step-started':
      return withStep(state, event.step, { status: 'running', startedMs: atMs });
    case 'step-waiting':
      return withStep(state, event.step, { detail: event.reason });
    case 'step-resumed': {
      const resumed = state.steps.get(event.step)?.resumed ?? [];
      return withStep(state, event.step, { resumed: [...resumed, { after: event.after, atMs }] });
    }
    case 'milestone-reached': {
      const milestone = `${event.step}.${event.milestone}`;
      return { ...state, milestones: new Map(state.milestones).set(milestone, atMs) };
    }
    case 'resource-intended':
      return withStep(state, event.step, { detail: `${event.change} ${event.resource} ${event.name}` });
    case 'resource-settled':
      return withStep(state, event.step, { changes: (state.steps.get(event.step)?.changes ?? 0) + 1 });
    case 'step-ended':
      return withStep(state, event.step, { status: event.outcome, detail: event.failure?.text ?? '', endedMs: atMs });
    case 'test-started':
      return withTest(state, event.test, { status: 'running', startedMs: atMs });
    case 'test-waiting':
      return withTest(state, event.test, { detail: event.reason });
    case 'test-ended': {
      const { outcome: status, failure, record } = event;
      return withTest(state, event.test, { status, detail: failure?.text ?? '', record, endedMs: atMs });
    }
  }
}

function started({ run, scenario, title, target, parts, steps, tests, atMs }: RunStarted): RunState {
  const none = { status: 'planned', detail: '', startedMs: undefined, endedMs: undefined } as const;
  return {
    ...emptyRun,
    run,
    scenario,
    title,
    target,
    parts,
    startedMs: atMs,
    steps: new Map(steps.map((step) => [step.id, { ...step, ...none, resumed: [], changes: 0 }])),
    tests: new Map(tests.map((test) => [test.id, { ...test, ...none, record: undefined }])),
  };
}

function withStep(state: RunState, id: string, change: Partial<StepState>): RunState {
  const step = state.steps.get(id);
  return step ? { ...state, steps: new Map(state.steps).set(id, { ...step, ...change }) } : state;
}

function withTest(state: RunState, id: string, change: Partial<TestState>): RunState {
  const test = state.tests.get(id);
  return test ? { ...state, tests: new Map(state.tests).set(id, { ...test, ...change }) } : state;
}
