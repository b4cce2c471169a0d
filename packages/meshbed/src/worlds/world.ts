import { readFileSync } from 'node:fs';
import { createAwsClients, type AwsClients } from '@meshbed/clients/aws';
import { createKubeClient, type KubeClient } from '@meshbed/clients/kube';
import { createIds, systemClock, until, type Progress } from '@meshbed/core';
import { defaultConfiguration, runScenario, scenarioNumbered, steps } from '@meshbed/runner';
import type { Configuration, RunResult, Selection, StepId } from '@meshbed/runner';
import { createSandbox, targetOf, type Sandbox, type SandboxTarget } from '@meshbed/sandbox';

/** The namespace and the cluster of the ECS services. */
export const ecsCluster = 'ecs-istio-ecs-demo-1';
export const eksCluster: string = defaultConfiguration.clusterName;

export interface Part {
  /** Number; default: that of the world. */
  scenario?: string;
  selection?: Selection;
  /** Ids of the steps that the scenario has; default: all. */
  steps?: readonly StepId[];
  /** Ids of the tests that the scenario has; default: all. */
  tests?: readonly string[];
  configuration?: Partial<Configuration>;
  /** See `Target`; deadlines that must pass want less than those that should not. */
  patience?: number;
}

export interface Ended extends RunResult {
  /** How each step and test ended. */
  outcomes: Record<string, string>;
  /** The error of each that failed, as people read it. */
  failures: Record<string, string>;
  /** Everything that steps changed: `create VPC istio-ecs-demo/VPC`. */
  changes: string[];
  /** Everything that steps and tests waited for, in words. */
  reasons: string[];
}

/** A sandbox to break, and a runner to look what comes of it. */
export interface World extends AsyncDisposable {
  sandbox: Sandbox;
  target: SandboxTarget;
  /** As the administrator of the local account. */
  aws: AwsClients;
  /** As the administrator of the external account. */
  external: AwsClients;
  /** As the administrator of the EKS cluster. */
  readonly kube: KubeClient;
  /** The EKS cluster from inside. */
  readonly cluster: Cluster;
  run(part: Part): Promise<Ended>;
}

type Cluster = NonNullable<ReturnType<Sandbox['kube']['clusters']['get']>>;

/** @param upTo step until which everything of the scenario is set up. @throws Error when that fails. */
export async function createWorld(upTo?: StepId, scenario = '1'): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const { PATH = '' } = process.env;
  const sandbox = stack.use(await createSandbox({ machine: { PATH } }));
  const target = targetOf(sandbox);
  const { region, accounts } = target;
  const aws = stack.use(createAwsClients({ ...accounts.local, region }));
  const external = stack.use(createAwsClients({ ...accounts.external, region }));
  const run = (part: Part) => runPart({ ...target, workDir: sandbox.directory.path }, { scenario, ...part });
  if (upTo !== undefined) await mustPass(run({ selection: { to: upTo } }));
  let kube: KubeClient | undefined;
  const owned = stack.move();
  return {
    sandbox,
    target,
    aws,
    external,
    run,
    get kube() {
      return (kube ??= adminOf(sandbox));
    },
    get cluster() {
      return clusterOf(sandbox);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** @throws Error with what failed. */
export async function mustPass(running: Promise<Ended>): Promise<void> {
  const { outcome, failures } = await running;
  if (outcome !== 'passed') throw new Error(`the world could not be set up: ${JSON.stringify(failures, undefined, 2)}`);
}

/** Waits up to twenty seconds of the real clock: others share the machine. */
export function eventually<T>(what: string, condition: () => Progress<T> | Promise<Progress<T>>): Promise<T> {
  return until(condition, { clock: systemClock, what, timeoutMs: 20_000 });
}

async function runPart(target: SandboxTarget & { workDir: string }, part: Part): Promise<Ended> {
  const scenario = scenarioNumbered(part.scenario ?? '1');
  const { selection = {}, steps: wanted = Object.keys(steps), tests, configuration, patience = 0.1 } = part;
  const [outcomes, failures]: [Record<string, string>, Record<string, string>] = [{}, {}];
  const [changes, reasons]: [string[], string[]] = [[], []];
  const result = await runScenario({
    scenario: {
      ...scenario,
      steps: scenario.steps.filter(({ id }) => wanted.includes(id)),
      tests: scenario.tests.filter(({ id }) => tests?.includes(id) ?? true),
    },
    configuration: { ...defaultConfiguration, ...configuration },
    target: { ...target, patience },
    clock: systemClock,
    ids: createIds(),
    signal: new AbortController().signal,
    selection,
    onEvent(event) {
      if (event.kind === 'resource-intended') changes.push(`${event.change} ${event.resource} ${event.name}`);
      if (event.kind === 'step-waiting' || event.kind === 'test-waiting') reasons.push(event.reason);
      if (event.kind !== 'step-ended' && event.kind !== 'test-ended') return;
      const id = event.kind === 'step-ended' ? event.step : event.test;
      outcomes[id] = event.outcome;
      if (event.failure) failures[id] = event.failure.text;
    },
  });
  return { ...result, outcomes, failures, changes, reasons };
}

function clusterOf({ kube }: Sandbox): Cluster {
  const cluster = kube.clusters.get(eksCluster);
  if (cluster) return cluster;
  throw new Error(`there is no cluster ${eksCluster}`);
}

function adminOf(sandbox: Sandbox): KubeClient {
  const { server, adminToken } = clusterOf(sandbox);
  return createKubeClient({
    context: eksCluster,
    server,
    certificateAuthorityData: readFileSync(sandbox.directory.file('ca.pem')).toString('base64'),
    token: () => Promise.resolve(adminToken),
  });
}
