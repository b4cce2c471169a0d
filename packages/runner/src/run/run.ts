import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, redactDeep, type Clock, type ErrorClass, type Ids } from '@meshbed/core';
import type { Configuration } from '../configuration/index.ts';
import type { PlannedTest, RunEvent, StepOutcome, TestOutcome } from '../events.ts';
import { oneAfterTheOther, runGraph } from '../graph/graph.ts';
import { criticalPath, emptyRun, fold, journalName, openJournal, runName } from '../journal/index.ts';
import type { Scenario, ScenarioStep, TestCase } from '../scenario/index.ts';
import { placeName } from '../scenario/place.ts';
import { steps as allSteps } from '../steps/index.ts';
import type { Step, StepId } from '../steps/types.ts';
import type { Target } from '../target.ts';
import { runTests } from '../tests/index.ts';
import type { ByHand } from './by-hand.ts';
import { createContexts, type ContextOf } from './context.ts';
import { environmentOf } from './environment.ts';
import { executeStep } from './execute-step.ts';
import { chooseSteps, type Selection } from './selection.ts';

export interface RunOptions {
  scenario: Scenario;
  configuration: Configuration;
  target: Target;
  clock: Clock;
  ids: Ids;
  signal: AbortSignal;
  onEvent: (event: RunEvent) => void;
  /** Versions of what runs it, for the record. */
  versions?: Readonly<Record<string, string>>;
  selection?: Selection;
  /** One step strictly after the other instead of each as soon as it can. */
  sequential?: boolean;
  /** Also inside of steps and in the tests one thing after the other. */
  byHand?: ByHand;
  /** Runs chosen steps though everything is there, and writes again what can be written again. */
  force?: boolean;
  /** In place of the real steps; for tests. */
  steps?: Record<StepId, Step>;
  /** In place of the real tests; for tests. */
  tests?: typeof runTests;
}

export interface RunResult {
  outcome: 'passed' | 'failed' | 'cancelled';
  exitCode: number;
  /** Directory of the run: `journal.ndjson`, `kubeconfig`. */
  directory: string;
}

const interrupted = 130;

/** Runs steps and tests of a scenario. Failures are events and an exit code, not exceptions. */
export async function runScenario(options: RunOptions): Promise<RunResult> {
  const { scenario, target, clock, ids, signal, selection = {} } = options;
  const chosen = chooseSteps(scenario, selection);
  const run = runName(clock.now(), ids);
  const directory = join(target.workDir, 'runs', run);
  mkdirSync(directory, { recursive: true });
  const journal = openJournal(join(directory, journalName), { outlivesMachine: target.kind === 'cloud' });
  const worst: ErrorClass[] = [];
  let state = emptyRun;
  const emit = (given: RunEvent) => {
    const event = redactDeep(given);
    state = fold(state, event);
    journal.write(event);
    if ('failure' in event && event.failure) worst.push(event.failure.code.split('/')[0] as ErrorClass);
    options.onEvent(event);
  };
  using contexts = createContexts({ ...options, directory });
  emit(startEvent(options, run));
  const outcomes = await runSteps(contexts.of, { ...options, chosen, emit });
  const ready = [...outcomes.values()].every(
    (outcome) => outcome === 'done' || outcome === 'unchanged' || outcome === 'skipped',
  );
  const tests =
    ready && selection.to === undefined && !signal.aborted
      ? await (options.tests ?? runTests)(contexts.of(undefined), emit)
      : undefined;
  const unrun = selection.to === undefined ? 'not-run' : 'skipped';
  reportUnrun(scenario, tests, { emit, outcome: unrun, atMs: clock.now() });
  const outcome = verdict({ ready, tests, stopped: signal.aborted, partial: selection.to !== undefined });
  const exitCode = { passed: 0, cancelled: interrupted, failed: exitCodes[worst[0] ?? 'bug'] ?? exitCodes.bug }[
    outcome
  ];
  emit({ kind: 'run-ended', outcome, exitCode, criticalPath: criticalPath(state), atMs: clock.now() });
  return { outcome, exitCode, directory };
}

function planned({ exercises }: Scenario, test: TestCase): PlannedTest {
  const { id, name, category } = test;
  if (test.category === 'discovery') return { id, name, category };
  const cell = { from: placeName(test.from), to: placeName(test.to) };
  if (test.category === 'connectivity') return { id, name, category, cell: { ...cell, expected: 'allowed' } };
  const exercise = exercises.find((each) => each.id === test.exercise)?.title ?? test.exercise;
  return { id, name, category, cell: { ...cell, expected: test.expected, exercise } };
}

function startEvent(options: RunOptions, run: string): RunEvent {
  const { scenario, configuration, target, clock } = options;
  const { number, title, parts, steps, tests, exercises } = scenario;
  return {
    kind: 'run-started',
    run,
    scenario: number,
    cluster: configuration.clusterName,
    title,
    target: target.kind,
    parts,
    steps: steps.map(({ id, description, part, needs }, index) => ({
      id,
      number: index + 1,
      description,
      part,
      needs,
    })),
    tests: tests.map((test) => planned(scenario, test)),
    exercises: exercises.map(({ title: name, policies }) => ({ title: name, policies })),
    environment: environmentOf(options),
    atMs: clock.now(),
  };
}

interface Chosen {
  scenario: Scenario;
  clock: Clock;
  signal: AbortSignal;
  chosen: ReadonlySet<string>;
  force?: boolean;
  emit: (event: RunEvent) => void;
  sequential?: boolean;
  steps?: Record<StepId, Step>;
}

async function runSteps(
  contextOf: ContextOf,
  { scenario, chosen, emit, sequential = false, force = false, steps: programs = allSteps, clock, signal }: Chosen,
): Promise<Map<string, StepOutcome>> {
  const steps = sequential ? oneAfterTheOther(scenario.steps) : scenario.steps;
  const outcomes = await runGraph<ScenarioStep>(steps, async ({ id }, gates) => {
    const outcome = chosen.has(id)
      ? await executeStep({ context: contextOf(id), id, step: programs[id], force, emit, gates })
      : 'skipped';
    if (outcome === 'skipped') emit({ kind: 'step-ended', step: id, outcome, atMs: clock.now() });
    return outcome;
  });
  for (const [step, outcome] of outcomes)
    if (outcome === 'blocked')
      emit({ kind: 'step-ended', step, outcome: signal.aborted ? 'cancelled' : outcome, atMs: clock.now() });
  return outcomes;
}

function reportUnrun(
  { tests }: Scenario,
  outcomes: Map<string, TestOutcome> | undefined,
  { emit, outcome, atMs }: { emit: (event: RunEvent) => void; outcome: TestOutcome; atMs: number },
) {
  for (const { id } of tests) if (!outcomes?.has(id)) emit({ kind: 'test-ended', test: id, outcome, atMs });
}

interface Situation {
  ready: boolean;
  tests: Map<string, TestOutcome> | undefined;
  stopped: boolean;
  /** Tests were not asked for. */
  partial: boolean;
}

function verdict({ ready, tests, stopped, partial }: Situation): RunResult['outcome'] {
  if (stopped) return 'cancelled';
  if (!ready) return 'failed';
  if (partial) return 'passed';
  return tests && [...tests.values()].every((outcome) => outcome === 'passed') ? 'passed' : 'failed';
}
