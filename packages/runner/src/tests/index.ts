import type { RunEvent, TestOutcome } from '../events.ts';
import type { RunContext } from '../run/context.ts';
import { cloudError, failureOf } from '../run/failure.ts';
import { pairId } from '../scenario/place.ts';
import type { AuthorizationTest, TestCase } from '../scenario/types.ts';
import { authorization } from './authorization.ts';
import { connectivity } from './connectivity.ts';
import { discovery } from './discovery.ts';
import { setPolicies } from './policies.ts';
import type { TestBody } from './types.ts';

/**
 * Runs all tests of the scenario; returns how each ended. Those without policies run at the same time, after policies
 * that an earlier run may have left are gone.
 */
export async function runTests(run: RunContext, emit: (event: RunEvent) => void): Promise<Map<string, TestOutcome>> {
  const outcomes = new Map<string, TestOutcome>();
  const baselines = new Map<string, unknown>();
  const runTest = async (test: TestCase, body: TestBody) => {
    const running = () => runOne(run, emit, { test, body });
    outcomes.set(test.id, await (run.oneByOne?.turns.take(running) ?? running()));
  };
  const { tests } = run.scenario;
  const policed = tests.filter((test): test is AuthorizationTest => test.category === 'authorization');
  try {
    await setPolicies(run, []);
    await Promise.all(tests.map(async (test) => runUnpoliced(test, runTest, baselines)));
    await authorization(run, policed, { runTest, baselines });
  } catch (error) {
    // Policies that could not be removed are a failure too, when every test has already ended.
    const untold = tests.filter(({ id }) => !outcomes.has(id));
    for (const test of untold.length > 0 ? untold : tests.slice(-1)) await runTest(test, () => Promise.reject(error));
  }
  return outcomes;
}

async function runUnpoliced(
  test: TestCase,
  runTest: (test: TestCase, body: TestBody) => Promise<void>,
  baselines: Map<string, unknown>,
): Promise<void> {
  switch (test.category) {
    case 'discovery':
      return runTest(test, (run) => discovery(run, test));
    case 'connectivity':
      return runTest(test, (run) => noting(baselines, pairId(test), connectivity(run, test)));
    case 'authorization':
  }
}

/** Keeps what became of the pair, for the denials to come. */
async function noting<T>(baselines: Map<string, unknown>, pair: string, result: Promise<T>): Promise<T> {
  try {
    const value = await result;
    baselines.set(pair, undefined);
    return value;
  } catch (error) {
    baselines.set(pair, error);
    throw error;
  }
}

interface OneTest {
  test: TestCase;
  body: TestBody;
}

/** Runs one test and tells how it ended. Never rejects. */
export async function runOne(
  run: RunContext,
  emit: (event: RunEvent) => void,
  { test: { id }, body }: OneTest,
): Promise<TestOutcome> {
  const { clock, signal } = run;
  if (!signal.aborted) emit({ kind: 'test-started', test: id, atMs: clock.now() });
  let ended = false;
  // What it still waited for must not replace the reason of its failure.
  const waiting = (reason: string) => {
    if (!ended) emit({ kind: 'test-waiting', test: id, reason, atMs: clock.now() });
  };
  try {
    signal.throwIfAborted();
    const record = await body({ ...run, waiting });
    emit({ kind: 'test-ended', test: id, outcome: 'passed', record, atMs: clock.now() });
    return 'passed';
  } catch (error) {
    const outcome = signal.aborted ? 'cancelled' : 'failed';
    const failure = failureOf(cloudError(error, `test ${id}`));
    emit({ kind: 'test-ended', test: id, outcome, failure, atMs: clock.now() });
    return outcome;
  } finally {
    ended = true;
  }
}
