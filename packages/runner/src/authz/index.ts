/** The exercises of the guides one by one: 1 is without policies, the others are the scenario's, in their order. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { MeshbedError, redactDeep, type Clock } from '@meshbed/core';
import type { Configuration } from '../configuration/index.ts';
import type { RunEvent, TestEnded } from '../events.ts';
import { createRunContext, type RunContext } from '../run/context.ts';
import { isSamePlace, placeName } from '../scenario/place.ts';
import type { AuthorizationTest, Place, PolicyName, Scenario, TestCase } from '../scenario/types.ts';
import type { Target } from '../target.ts';
import { completeBaselines, exercise } from '../tests/authorization.ts';
import { connectivity } from '../tests/connectivity.ts';
import { runOne } from '../tests/index.ts';
import { awaitPolicies, guardedKube, guardedNamespace, policiesInForce, setPolicies } from '../tests/policies.ts';
import type { TestBody } from '../tests/types.ts';

export interface AuthzOptions {
  scenario: Scenario;
  configuration: Configuration;
  target: Target;
  clock: Clock;
  signal: AbortSignal;
  /** Told as it happens. */
  onPractised?: (practised: Practised) => void;
  onWaiting?: (reason: string) => void;
}

/** One exercise, and what came of it. */
export interface Practised {
  number: number;
  title: string;
  namespace: string;
  policies: readonly PolicyName[];
  tests: readonly { name: string; ended: TestEnded }[];
}

interface Numbered {
  number: number;
  title: string;
  policies: readonly PolicyName[];
  tests: readonly AuthorizationTest[];
}

/** The exercises that a scenario has. */
export function exercisesOf({ exercises, tests }: Scenario): Numbered[] {
  const own = (id: string) =>
    tests.filter((test): test is AuthorizationTest => test.category === 'authorization' && test.exercise === id);
  const later = exercises.map(({ id, title, policies }, index) => ({
    number: index + 2,
    title,
    policies,
    tests: own(id),
  }));
  return [{ number: 1, title: '6.1 no policy', policies: [], tests: [] }, ...later];
}

/** The numbers that `1` … `7` and `all` mean. @throws MeshbedError `user/unknown-exercise` */
export function chosenExercises(scenario: Scenario, text: string): number[] {
  const known = exercisesOf(scenario).map(({ number }) => number);
  if (text === 'all') return known;
  // The guides count 6.1 … 6.7.
  const number = Number(/^(?:6\.)?(\d+)$/.exec(text)?.[1]);
  if (known.includes(number)) return [number];
  throw new MeshbedError('user/unknown-exercise', `scenario ${scenario.number} has no exercise ${text}`, {
    next: `choose one of: ${known.join(', ')}, all, clear`,
  });
}

/**
 * Puts the policies of each in force, tests who gets through, and leaves those of the last in force. A stop ends it:
 * tests that were under way are cancelled, exercises that were not begun are left out.
 */
export async function practise(options: AuthzOptions, numbers: readonly number[]): Promise<Practised[]> {
  const { onPractised } = options;
  using run = open(options);
  const practised: Practised[] = [];
  for (const each of exercisesOf(options.scenario)) {
    if (!numbers.includes(each.number)) continue;
    if (options.signal.aborted) break;
    const done = await unlessStopped(options.signal, practiseOne(run, each, options));
    if (!done) break;
    onPractised?.(done);
    practised.push(done);
  }
  return practised;
}

async function unlessStopped<T>(signal: AbortSignal, act: Promise<T>): Promise<T | undefined> {
  try {
    return await act;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

/** The policies that Kubernetes has in the namespace of the exercises. */
export async function policiesThere(options: AuthzOptions): Promise<{ namespace: string; policies: string[] }> {
  using run = open(options);
  const namespace = guardedNamespace(run);
  return { namespace, policies: await policiesInForce(await guardedKube(run), namespace) };
}

/** Removes every policy of the scenario, and waits until the proxies know. Returns the namespace. */
export async function clearPolicies(options: AuthzOptions): Promise<string> {
  using run = open(options);
  await setPolicies(run, []);
  await awaitPolicies({ ...run, waiting: options.onWaiting ?? (() => undefined) }, []);
  return guardedNamespace(run);
}

function open(options: AuthzOptions): RunContext & Disposable {
  const directory = join(options.target.workDir, 'authz');
  mkdirSync(directory, { recursive: true });
  return createRunContext({ ...options, directory });
}

async function practiseOne(run: RunContext, one: Numbered, { onWaiting }: AuthzOptions): Promise<Practised> {
  const { number, title, policies } = one;
  const tests: { name: string; ended: TestEnded }[] = [];
  const runTest = async (test: TestCase, body: TestBody) => {
    const emit = (event: RunEvent) => {
      if (event.kind === 'test-waiting') onWaiting?.(`${test.name}: ${event.reason}`);
      if (event.kind === 'test-ended') tests.push({ name: test.name, ended: redactDeep(event) });
    };
    await runOne(run, emit, { test, body });
  };
  // Whoever does not get there without policies would seem to be refused by them.
  await setPolicies(run, []);
  await awaitPolicies({ ...run, waiting: onWaiting ?? (() => undefined) }, []);
  if (policies.length === 0)
    await Promise.all(openPairs(run.scenario).map((test) => runTest(test, (at) => connectivity(at, test))));
  else {
    const baselines = new Map<string, unknown>();
    await completeBaselines(run, one.tests, baselines);
    await exercise(run, { policies, before: [], tests: one.tests }, { runTest, baselines });
  }
  return { number, title, namespace: guardedNamespace(run), policies, tests };
}

/** Everybody who calls the guarded place in some exercise. */
function openPairs({ exercises, guarded }: Scenario): Extract<TestCase, { category: 'connectivity' }>[] {
  const callers = exercises.flatMap((each) => each.callers.map(({ from }) => from));
  const distinct = callers.filter((from, index) => callers.findIndex((other) => isSamePlace(other, from)) === index);
  return distinct.map((from: Place) => ({
    id: `open-${placeName(from)}`,
    name: `6.1 no policy: ${placeName(from)} allowed`,
    category: 'connectivity',
    from,
    to: guarded,
  }));
}
