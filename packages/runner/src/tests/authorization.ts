import { MeshbedError, findCause } from '@meshbed/core';
import type { TestRecord } from '../events.ts';
import type { RunContext } from '../run/context.ts';
import { expectationOf, type Expectation } from '../scenario/authorization.ts';
import { identityAt } from '../scenario/identity.ts';
import { pairId } from '../scenario/place.ts';
import type { AuthorizationTest, PolicyName } from '../scenario/types.ts';
import { verifiedAllowance } from './allowance.ts';
import { connectivity } from './connectivity.ts';
import { verifiedDenial } from './denial.ts';
import { policyState, type PolicyState } from './policy-state.ts';
import { setPolicies } from './policies.ts';
import type { TestBody } from './types.ts';

export interface Authorizing {
  /** Runs one test's body, with events; never rejects. */
  runTest: (test: AuthorizationTest, body: TestBody) => Promise<void>;
  /** By pair: why the caller did not reach the destination without policies; `undefined` when it did. */
  baselines: Map<string, unknown>;
}

/**
 * Runs the exercises one after the other, the tests of one at the same time. First come those whose verdict the new
 * policies change: seeing it change is the proof that the policies have arrived where they are enforced, without which
 * the other verdicts would mean nothing. The policies are removed in any case.
 */
export async function authorization(
  run: RunContext,
  tests: readonly AuthorizationTest[],
  { runTest, baselines }: Authorizing,
): Promise<void> {
  await completeBaselines(run, tests, baselines);
  let before: readonly PolicyName[] = [];
  try {
    for (const { id, policies } of run.scenario.exercises) {
      const own = tests.filter(({ exercise }) => exercise === id);
      if (own.length === 0) continue;
      await exercise(run, { policies, before, tests: own }, { runTest, baselines });
      before = policies;
    }
  } finally {
    await setPolicies(run, []);
  }
}

export interface Exercising {
  policies: readonly PolicyName[];
  /** Those in force until now. */
  before: readonly PolicyName[];
  tests: readonly AuthorizationTest[];
}

/** Puts the policies of one exercise in force, and leaves them there. */
export async function exercise(
  run: RunContext,
  { policies, before, tests }: Exercising,
  { runTest, baselines }: Authorizing,
): Promise<void> {
  const state = policyState(policies);
  const changes = (test: AuthorizationTest) =>
    expected(run, test, before).expected !== expected(run, test, policies).expected;
  for (const group of [tests.filter(changes), tests.filter((test) => !changes(test))]) {
    const bodies = group.map((test) => [test, bodyOf(test, state, baselines.get(pairId(test)))] as const);
    await Promise.all(bodies.map(([test, body]) => runTest(test, body)));
  }
}

/** A caller that does not get there anyway would seem to be refused. */
export async function completeBaselines(
  run: RunContext,
  tests: readonly AuthorizationTest[],
  baselines: Map<string, unknown>,
): Promise<void> {
  const untried = new Map(tests.filter((test) => !baselines.has(pairId(test))).map((test) => [pairId(test), test]));
  await Promise.all(
    [...untried].map(async ([id, pair]) => {
      const failure = await connectivity(run, pair).then(
        () => undefined,
        (error: unknown) => error,
      );
      baselines.set(id, failure);
    }),
  );
}

const echoPort = 8080;

function expected(
  { scenario, configuration: { clusterName } }: RunContext,
  { from, to }: AuthorizationTest,
  inForce: readonly PolicyName[],
): Expectation {
  const policies = scenario.policies.filter(({ name }) => inForce.includes(name));
  return expectationOf({
    policies,
    identity: identityAt(scenario, from, clusterName),
    to,
    port: echoPort,
    clusterName,
  });
}

function bodyOf(test: AuthorizationTest, state: PolicyState, baseline: unknown): TestBody {
  return async (context): Promise<TestRecord> => {
    const expectation = expected(context, test, state.policies);
    if (expectation.expected !== test.expected) throw contradiction(test, expectation);
    if (expectation.expected === 'denied' && baseline !== undefined) throw unreached(baseline);
    await state.settled(context);
    return expectation.expected === 'denied'
      ? verifiedDenial(context, { test, state, refusal: expectation.refusal })
      : verifiedAllowance(context, { test, state });
  };
}

function contradiction({ name, expected: wanted }: AuthorizationTest, { expected: computed }: Expectation) {
  return new MeshbedError('bug/scenario', `${name}: the scenario expects ${wanted}, its policies mean ${computed}`);
}

function unreached(cause: unknown): MeshbedError {
  const failure = findCause(cause, MeshbedError);
  if (failure?.code === 'cloud/caller-missing') return failure;
  const likely = failure?.likely;
  return new MeshbedError(
    'cloud/control-not-reached',
    'the caller does not get there without the policies either, so a refusal would prove nothing',
    { cause, ...(likely === undefined ? {} : { likely }) },
  );
}
