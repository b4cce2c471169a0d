import { readFileSync } from 'node:fs';
import { createAwsClients, type AwsClients } from '@meshbed/clients/aws';
import { createKubeClient, type KubeClient } from '@meshbed/clients/kube';
import { createIds, systemClock, until, type Progress } from '@meshbed/core';
import { defaultConfiguration, runScenario, scenarioNumbered, steps } from '@meshbed/runner';
import type { Configuration, RunResult, Selection, StepId, TestRecord } from '@meshbed/runner';
import { createSandbox, targetOf, type Sandbox, type SandboxTarget } from '@meshbed/sandbox';
import { azureAccess } from '../session/azure.ts';

/** The namespace and the cluster of the ECS services. */
export const ecsCluster = 'ecs-istio-ecs-demo-1';
export const eksCluster: string = defaultConfiguration.clusterName;
export const aksCluster: string = defaultConfiguration.azure.clusterName;

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
  /** What each test saw. */
  records: Record<string, TestRecord>;
  /** Everything that steps changed: `create VPC istio-ecs-demo/VPC`. */
  changes: string[];
  /** Everything that steps and tests waited for, in words. */
  reasons: string[];
}

/** A sandbox to break, and a runner to look what comes of it. */
export interface World extends AsyncDisposable {
  sandbox: Sandbox;
  target: WorldTarget;
  /** As the administrator of the local account. */
  aws: AwsClients;
  /** As the administrator of the external account. */
  external: AwsClients;
  /** As the administrator of the EKS cluster. */
  readonly kube: KubeClient;
  /** As the administrator of the AKS cluster. */
  readonly aks: KubeClient;
  /** The EKS cluster from inside. */
  readonly cluster: Cluster;
  run(part: Part): Promise<Ended>;
}

type WorldTarget = SandboxTarget & { azure: ReturnType<typeof azureAccess> };

type Cluster = NonNullable<ReturnType<Sandbox['kube']['clusters']['get']>>;

/** @param upTo step until which everything of the scenario is set up. @throws Error when that fails. */
export async function createWorld(upTo?: StepId, scenario = '1'): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const { PATH = '' } = process.env;
  const sandbox = stack.use(await createSandbox({ machine: { PATH } }));
  const { home } = sandbox.principals;
  const azure = azureAccess({ directory: sandbox.directory.path, clock: systemClock, subscription: home.subscription });
  const target = { ...targetOf(sandbox), azure };
  const { region, accounts } = target;
  const aws = stack.use(createAwsClients({ ...accounts.local, region }));
  const external = stack.use(createAwsClients({ ...accounts.external, region }));
  const run = (part: Part) => runPart({ ...target, workDir: sandbox.directory.path }, { scenario, ...part });
  if (upTo !== undefined) await mustPass(run({ selection: { to: upTo } }));
  const clients = new Map<string, KubeClient>();
  const clientOf = (name: string) => {
    const client = clients.get(name) ?? adminOf(sandbox, name);
    clients.set(name, client);
    return client;
  };
  const owned = stack.move();
  return {
    sandbox,
    target,
    aws,
    external,
    run,
    get kube() {
      return clientOf(eksCluster);
    },
    get aks() {
      return clientOf(aksCluster);
    },
    get cluster() {
      return clusterOf(sandbox, eksCluster);
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

async function runPart(target: WorldTarget & { workDir: string }, part: Part): Promise<Ended> {
  const scenario = scenarioNumbered(part.scenario ?? '1');
  const { selection = {}, steps: wanted = Object.keys(steps), tests, configuration, patience = 0.1 } = part;
  const [outcomes, failures]: [Record<string, string>, Record<string, string>] = [{}, {}];
  const records: Record<string, TestRecord> = {};
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
      if ('record' in event && event.record) records[id] = event.record;
    },
  });
  return { ...result, outcomes, failures, records, changes, reasons };
}

function clusterOf({ kube }: Sandbox, name: string): Cluster {
  const cluster = kube.clusters.get(name);
  if (cluster) return cluster;
  throw new Error(`there is no cluster ${name}`);
}

function adminOf(sandbox: Sandbox, name: string): KubeClient {
  const { server, adminToken } = clusterOf(sandbox, name);
  return createKubeClient({
    context: name,
    server,
    certificateAuthorityData: readFileSync(sandbox.directory.file('ca.pem')).toString('base64'),
    token: () => Promise.resolve(adminToken),
  });
}
