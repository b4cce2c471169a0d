import type {
  PathSegment,
  PlannedExercise,
  PlannedTest,
  ResourceIntended,
  ResourceSettled,
  RunEnvironment,
  RunEvent,
  RunStarted,
  StepOutcome,
  TestEnded,
  TestOutcome,
} from '../events.ts';

/** What a run looks like after some of its events. */
export interface RunState {
  run: string;
  scenario: number;
  /** Name of the EKS cluster. */
  cluster: string;
  title: string;
  target: string;
  parts: readonly string[];
  steps: ReadonlyMap<string, StepState>;
  tests: ReadonlyMap<string, TestState>;
  /** When each milestone (`eks_cluster.network`) was reached. */
  milestones: ReadonlyMap<string, number>;
  criticalPath: readonly PathSegment[];
  exercises: readonly PlannedExercise[];
  environment: RunEnvironment | undefined;
  /** Component → version, as it was seen. */
  versions: ReadonlyMap<string, string>;
  resources: readonly ResourceState[];
  startedMs: number;
  endedMs: number | undefined;
  outcome: 'running' | 'passed' | 'failed' | 'cancelled';
  exitCode: number;
}

/** Something that was created or changed. */
export interface ResourceState extends Omit<ResourceIntended, 'kind' | 'atMs'> {
  /** What the cloud calls it. */
  id?: string;
  intendedMs: number;
  /** Absent when nobody saw it succeed. */
  settledMs?: number;
}

export interface Wait {
  reason: string;
  atMs: number;
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
  /** Code of its failure. */
  code: string | undefined;
  waits: readonly Wait[];
  startedMs: number | undefined;
  endedMs: number | undefined;
  /** Resources created or changed. */
  changes: number;
}

export interface TestState extends PlannedTest {
  status: 'planned' | 'running' | TestOutcome;
  detail: string;
  code: string | undefined;
  waits: readonly Wait[];
  startedMs: number | undefined;
  endedMs: number | undefined;
  record: TestEnded['record'];
}

export const emptyRun: RunState = {
  run: '',
  scenario: 0,
  cluster: '',
  title: '',
  target: '',
  parts: [],
  steps: new Map(),
  tests: new Map(),
  milestones: new Map(),
  criticalPath: [],
  exercises: [],
  environment: undefined,
  versions: new Map(),
  resources: [],
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
      return withStep(state, event.step, waiting(state.steps.get(event.step), event));
    case 'version-observed':
      return { ...state, versions: new Map(state.versions).set(event.component, event.version) };
    case 'step-resumed': {
      const resumed = state.steps.get(event.step)?.resumed ?? [];
      return withStep(state, event.step, { resumed: [...resumed, { after: event.after, atMs }] });
    }
    case 'milestone-reached': {
      const milestone = `${event.step}.${event.milestone}`;
      return { ...state, milestones: new Map(state.milestones).set(milestone, atMs) };
    }
    case 'resource-intended': {
      const { kind: _, atMs: intendedMs, ...resource } = event;
      const told = withStep(state, event.step, { detail: `${event.change} ${event.resource} ${event.name}` });
      return { ...told, resources: [...state.resources, { ...resource, intendedMs }] };
    }
    case 'resource-settled': {
      const told = withStep(state, event.step, { changes: (state.steps.get(event.step)?.changes ?? 0) + 1 });
      return { ...told, resources: settled(state.resources, event) };
    }
    case 'step-ended': {
      const { outcome: status, failure } = event;
      return withStep(state, event.step, { status, detail: failure?.text ?? '', code: failure?.code, endedMs: atMs });
    }
    case 'test-started':
      return withTest(state, event.test, { status: 'running', startedMs: atMs });
    case 'test-waiting':
      return withTest(state, event.test, waiting(state.tests.get(event.test), event));
    case 'test-ended': {
      const { outcome: status, failure, record } = event;
      const told = { detail: failure?.text ?? '', code: failure?.code };
      return withTest(state, event.test, { status, ...told, record, endedMs: atMs });
    }
  }
}

const none = {
  status: 'planned',
  detail: '',
  code: undefined,
  waits: [],
  startedMs: undefined,
  endedMs: undefined,
} as const;

function started(event: RunStarted): RunState {
  const { run, scenario, cluster = '', title, target, parts, steps, tests, exercises = [], environment, atMs } = event;
  return {
    ...emptyRun,
    run,
    scenario,
    cluster,
    title,
    target,
    parts,
    exercises,
    environment,
    startedMs: atMs,
    steps: new Map(steps.map((step) => [step.id, { ...step, ...none, resumed: [], changes: 0 }])),
    tests: new Map(tests.map((test) => [test.id, { ...test, ...none, record: undefined }])),
  };
}

const waiting = (item: { waits: readonly Wait[] } | undefined, { reason, atMs }: Wait) => ({
  detail: reason,
  waits: [...(item?.waits ?? []), { reason, atMs }],
});

/** Two of one name: the one that is still under way. */
function settled(resources: readonly ResourceState[], event: ResourceSettled): ResourceState[] {
  const { step, resource, name, id, atMs: settledMs } = event;
  const at = resources.findIndex(
    (each) => each.step === step && each.resource === resource && each.name === name && each.settledMs === undefined,
  );
  return resources.map((each, index) =>
    index === at ? { ...each, settledMs, ...(id === undefined ? {} : { id }) } : each,
  );
}

function withStep(state: RunState, id: string, change: Partial<StepState>): RunState {
  const step = state.steps.get(id);
  return step ? { ...state, steps: new Map(state.steps).set(id, { ...step, ...change }) } : state;
}

function withTest(state: RunState, id: string, change: Partial<TestState>): RunState {
  const test = state.tests.get(id);
  return test ? { ...state, tests: new Map(state.tests).set(id, { ...test, ...change }) } : state;
}
