import type { Category } from './scenario/types.ts';

/** What the runner tells the world. The journal, the live view and the summary are folds over these. */
export type RunEvent =
  | RunStarted
  | StepStarted
  | StepWaiting
  | StepResumed
  | VersionObserved
  | MilestoneReached
  | ResourceIntended
  | ResourceSettled
  | StepEnded
  | TestStarted
  | TestWaiting
  | TestEnded
  | RunEnded;

interface Timed {
  atMs: number;
}

export interface RunStarted extends Timed {
  kind: 'run-started';
  run: string;
  scenario: number;
  /** Name of the EKS cluster: what tells one environment from another. */
  cluster?: string;
  title: string;
  target: string;
  parts: readonly string[];
  steps: readonly PlannedStep[];
  tests: readonly PlannedTest[];
  /** States of the policies, in the order of their tests. */
  exercises?: readonly PlannedExercise[];
  environment?: RunEnvironment;
}

export interface PlannedExercise {
  title: string;
  policies: readonly string[];
}

/** Where a run went on, and with what. */
export interface RunEnvironment {
  region: string;
  owner: string;
  /** Component → version, as configured; what is really there is observed. */
  versions: Readonly<Record<string, string>>;
  accounts: readonly TopologyAccount[];
}

/** An account or subscription, its network and what answers and calls in it. */
export interface TopologyAccount {
  /** For people: `local account`, `Azure subscription`. */
  name: string;
  id: string;
  /** Without addresses where the cloud chooses them. */
  network: { name: string; cidr: string };
  places: readonly TopologyPlace[];
}

export interface TopologyPlace {
  /** As cells of the matrix call it: `EKS`, `ECS 1`. */
  name: string;
  kind: string;
  cluster: string;
  caller: string;
  target: string;
}

export interface PlannedTest {
  id: string;
  name: string;
  category: Category;
  /** Where it belongs in the matrix of callers and targets. */
  cell?: MatrixCell;
}

export interface MatrixCell {
  from: string;
  to: string;
  expected: 'allowed' | 'denied';
  /** The exercise whose policies are in force, if any are. */
  exercise?: string;
}

export interface PlannedStep {
  id: string;
  number: number;
  description: string;
  part: number;
  /** Steps and milestones (`eks_cluster.network`) that must be reached before it starts. */
  needs: readonly string[];
}

export interface StepStarted extends Timed {
  kind: 'step-started';
  step: string;
}

export interface StepWaiting extends Timed {
  kind: 'step-waiting';
  step: string;
  reason: string;
}

/** A part of the step waited for another step or its milestone, and now goes on. */
export interface StepResumed extends Timed {
  kind: 'step-resumed';
  step: string;
  after: string;
}

/** The version of something as it really is. */
export interface VersionObserved extends Timed {
  kind: 'version-observed';
  step: string;
  component: string;
  version: string;
}

/** A point that other steps wait for. */
export interface MilestoneReached extends Timed {
  kind: 'milestone-reached';
  step: string;
  milestone: string;
}

/** Written before the resource is created or changed, so that a run that dies leaves a trace of everything it made. */
export interface ResourceIntended extends Timed {
  kind: 'resource-intended';
  step: string;
  resource: string;
  name: string;
  change: 'create' | 'update';
}

export interface ResourceSettled extends Timed {
  kind: 'resource-settled';
  step: string;
  resource: string;
  name: string;
  /** What the cloud calls it, when it has an id or an ARN. */
  id?: string;
}

/**
 * `unchanged` everything was there; `skipped` not asked for; `blocked` a step that it needs failed; `cancelled` the run
 * was stopped.
 */
export type StepOutcome = 'done' | 'unchanged' | 'failed' | 'skipped' | 'blocked' | 'cancelled';

export interface StepEnded extends Timed {
  kind: 'step-ended';
  step: string;
  outcome: StepOutcome;
  failure?: Failure;
}

export interface TestStarted extends Timed {
  kind: 'test-started';
  test: string;
}

export interface TestWaiting extends Timed {
  kind: 'test-waiting';
  test: string;
  reason: string;
}

/** `skipped` not asked for; `not-run` what comes before it failed or was stopped; `cancelled` stopped on its way. */
export type TestOutcome = 'passed' | 'failed' | 'skipped' | 'cancelled' | 'not-run';

export interface TestEnded extends Timed {
  kind: 'test-ended';
  test: string;
  outcome: TestOutcome;
  failure?: Failure;
  record?: TestRecord;
}

export interface RunEnded extends Timed {
  kind: 'run-ended';
  outcome: 'passed' | 'failed' | 'cancelled';
  exitCode: number;
  criticalPath: readonly PathSegment[];
}

/** A part of the chain that the run's length came from: a step, or `tests`. */
export interface PathSegment {
  step: string;
  fromMs: number;
  toMs: number;
}

/** An error as events carry it. */
export interface Failure {
  code: string;
  /** As people read it, one line per fact. */
  text: string;
}

/** What a test saw: evidence that a reader can check. */
export interface TestRecord {
  caller?: string;
  host?: string;
  /** The virtual address of the host in the mesh. */
  address?: string;
  /** What became of the fresh connection: `answered 200`, `reset: curl: (56) …`. */
  connection?: string;
  /** The workload that answered. */
  answeredBy?: string;
  /** As the ztunnel of the destination saw them. */
  sourceIdentity?: string;
  destinationIdentity?: string;
  /** The outer tunnel, when the destination is in another network; the identities above are those of the inner one. */
  crossing?: Crossing;
  /** The ztunnel's words for a refusal. */
  refusal?: string;
  /** The line of its access log that says so. */
  refusalRecord?: string;
  /** For a refusal: another place that the same caller reached at that time. */
  control?: string;
  /** The policies in force when a connection was refused. */
  policies?: readonly string[];
  /** For discovery: what was found. */
  found?: readonly string[];
}

/**
 * The way into another network. A connection passes one gateway: that of the network that it goes to. What the caller's
 * own network has leads only into that.
 */
export interface Crossing {
  /** That it goes to, and the gateway that leads there: `namespace/pod`, as it recorded itself. */
  network: string;
  gateway: string;
  /** Where it is reached from other networks, `host:port`. */
  address?: string;
  /** Of the outer tunnel: the caller, and the gateway itself. */
  sourceIdentity: string;
  destinationIdentity: string;
  /** Where the gateway led the inner tunnel, `address:port`. */
  leadsTo: string;
  /** The gateway of the caller's own network. */
  own?: { network: string; address: string; recorded: boolean };
  /** What became of dialling the destination past the gateways. */
  direct?: { to: string; outcome: string };
}
