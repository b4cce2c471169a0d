import type { RunEvent, TestOutcome } from '../events.ts';
import type { RunContext } from '../run/context.ts';
import { cloudError, failureOf } from '../run/failure.ts';
import type { AuthorizationTest, TestCase } from '../scenario/types.ts';
import { authorization } from './authorization.ts';
import { connectivity } from './connectivity.ts';
import { discovery } from './discovery.ts';
import type { TestBody } from './types.ts';

/** Runs all tests of the scenario; returns how each ended. Those without side effects run at the same time. */
export async function runTests(run: RunContext, emit: (event: RunEvent) => void): Promise<Map<string, TestOutcome>> {
  const outcomes = new Map<string, TestOutcome>();
  const runTest = async (test: TestCase, body: TestBody) => {
    outcomes.set(test.id, await runOne(run, emit, { test, body }));
  };
  const bodies = run.scenario.tests.map((test) => [test, bodyOf(test)] as const);
  await Promise.all(bodies.map(async ([test, body]) => body && runTest(test, body)));
  const policed = run.scenario.tests.filter((test): test is AuthorizationTest => test.category === 'authorization');
  try {
    await authorization(run, policed, runTest);
  } catch (error) {
    // Policies that could not be removed are a failure too, when every test has already ended.
    const untold = policed.filter(({ id }) => !outcomes.has(id));
    for (const test of untold.length > 0 ? untold : policed.slice(-1)) await runTest(test, () => Promise.reject(error));
  }
  return outcomes;
}

function bodyOf(test: TestCase): TestBody | undefined {
  switch (test.category) {
    case 'discovery':
      return (run) => discovery(run, test);
    case 'connectivity':
      return (run) => connectivity(run, test);
    case 'authorization':
      return undefined;
  }
}

interface OneTest {
  test: TestCase;
  body: TestBody;
}

async function runOne(
  run: RunContext,
  emit: (event: RunEvent) => void,
  { test: { id }, body }: OneTest,
): Promise<TestOutcome> {
  const { clock, signal } = run;
  if (!signal.aborted) emit({ kind: 'test-started', test: id, atMs: clock.now() });
  const waiting = (reason: string) => emit({ kind: 'test-waiting', test: id, reason, atMs: clock.now() });
  try {
    signal.throwIfAborted();
    const record = await body({ ...run, waiting });
    emit({ kind: 'test-ended', test: id, outcome: 'passed', record, atMs: clock.now() });
    return 'passed';
  } catch (error) {
    const outcome = signal.aborted ? 'cancelled' : 'failed';
    emit({
      kind: 'test-ended',
      test: id,
      outcome,
      failure: failureOf(cloudError(error, `test ${id}`)),
      atMs: clock.now(),
    });
    return outcome;
  }
}
