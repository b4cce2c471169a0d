import { MeshbedError, findCause } from '@meshbed/core';
import { names } from '../configuration.ts';
import type { TestRecord } from '../events.ts';
import type { RunContext } from '../run/context.ts';
import type { AuthorizationTest } from '../scenario/types.ts';
import { connectivity } from './connectivity.ts';
import { verifiedDenial } from './denial.ts';
import { applyPolicies, awaitPolicies, policiesInForce, removePolicies, vanished } from './policies.ts';
import type { TestBody, TestContext } from './types.ts';

/** Runs one test's body, with events; never rejects. */
export type RunTest = (test: AuthorizationTest, body: TestBody) => Promise<void>;

/**
 * Denied tests come first: a recorded refusal is the proof that the policies have arrived where they are enforced, so
 * that an allowed connection afterwards means something. The policies are removed in any case.
 */
export async function authorization(
  run: RunContext,
  tests: readonly AuthorizationTest[],
  runTest: RunTest,
): Promise<void> {
  const kube = await run.kube();
  for (const group of Object.values(Object.groupBy(tests, ({ to, policies }) => JSON.stringify([to, policies])))) {
    const [first] = group ?? [];
    if (!group || !first) continue;
    const namespace = namespaceOf(run, first);
    const [denied, allowed] = [group.filter(isDenied), group.filter((test) => !isDenied(test))];
    await removePolicies(kube, namespace, first.policies);
    try {
      const baselines = new Map(
        await Promise.all(denied.map(async (test) => [test.id, await baseline(run, test)] as const)),
      );
      await applyPolicies(kube, namespace, first.policies);
      for (const test of denied)
        await runTest(test, (context) => deniedBody(context, { test, namespace, baseline: baselines.get(test.id) }));
      for (const test of allowed) await runTest(test, (context) => allowedBody(context, test, namespace));
    } finally {
      await removePolicies(kube, namespace, first.policies);
    }
  }
}

const isDenied = ({ expected }: AuthorizationTest) => expected === 'denied';

/** Policies are in the namespace of the destination. */
function namespaceOf({ configuration }: RunContext, { to }: AuthorizationTest): string {
  return to === 'eks' ? 'default' : names.ecsCluster(configuration.clusterName, to.ecs);
}

/** Whether the caller gets there without the policies: undefined, or why it doesn't. */
async function baseline(run: RunContext, test: AuthorizationTest): Promise<unknown> {
  return connectivity(run, test).then(
    () => undefined,
    (error: unknown) => error,
  );
}

interface Denial {
  test: AuthorizationTest;
  namespace: string;
  baseline: unknown;
}

async function deniedBody(context: TestContext, { test, namespace, baseline: cause }: Denial): Promise<TestRecord> {
  if (cause !== undefined) {
    const failure = findCause(cause, MeshbedError);
    if (failure?.code === 'cloud/caller-missing') throw failure;
    const likely = failure?.likely;
    throw new MeshbedError(
      'cloud/control-not-reached',
      'the caller does not get there without the policies either, so a refusal would prove nothing',
      {
        cause,
        ...(likely === undefined ? {} : { likely }),
      },
    );
  }
  await awaitPolicies(context, namespace, test.policies);
  return verifiedDenial(context, test, namespace);
}

async function allowedBody(context: TestContext, test: AuthorizationTest, namespace: string): Promise<TestRecord> {
  await awaitPolicies(context, namespace, test.policies);
  const record = await connectivity(context, test);
  const policies = await policiesInForce(await context.kube(), namespace);
  const missing = test.policies.filter((name) => !policies.includes(name));
  if (missing.length > 0) throw vanished(namespace, missing);
  return { ...record, policies };
}
