import { randomUUID } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAwsClients, type AwsAccess, type AwsClients } from '@meshbed/clients/aws';
import { createAzureClient, type AzureClient } from '@meshbed/clients/azure';
import { createIstioctl, type Istioctl } from '@meshbed/clients/istioctl';
import { kubeconfigText, type KubeClient } from '@meshbed/clients/kube';
import { MeshbedError, type Clock } from '@meshbed/core';
import type { Configuration } from '../configuration/index.ts';
import type { AccountName, EcsClusterFacts, Scenario } from '../scenario/types.ts';
import type { StepId } from '../steps/types.ts';
import type { AccountAccess, Target } from '../target.ts';
import { asProcesses, Turns, type ByHand } from './by-hand.ts';
import { connectAks, connectEks } from './connections.ts';

/** What steps and tests work with. */
export interface RunContext extends CloudContext {
  readonly scenario: Scenario;
  /** Set where one thing is done after the other, as by shell scripts; with the pause between two looks of a wait. */
  readonly oneByOne?: { turns: Turns; pollMs?: number };
}

/** The accounts and the cluster of one environment, whatever is done with them. */
export interface CloudContext {
  readonly configuration: Configuration;
  readonly target: Target;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Journal and kubeconfig of this run. */
  readonly directory: string;
  /** The account of the EKS cluster. */
  readonly local: AwsClients;
  /** The clients of one account. @throws MeshbedError `user/no-external-account` */
  aws: (account: AccountName) => AwsClients;
  /** The clients of the account that an ECS cluster is in. */
  accountOf(cluster: EcsClusterFacts): AwsClients;
  /** @throws MeshbedError `user/no-subscription` */
  azure: () => AzureClient;
  /** The EKS cluster, or scenario 4's AKS cluster. @throws MeshbedError `cloud/no-cluster` */
  kube(cluster?: ClusterName): Promise<KubeClient>;
  /** With a kubeconfig of that cluster whose token works now. */
  istioctl(cluster?: ClusterName): Promise<Istioctl>;
}

/** The Kubernetes clusters of an environment. */
export type ClusterName = 'eks' | 'aks';

export interface CloudContextOptions {
  configuration: Configuration;
  target: Target;
  clock: Clock;
  signal: AbortSignal;
  directory: string;
  /** Surrounds every AWS call. */
  around?: AwsAccess['around'];
}

export interface RunContextOptions extends CloudContextOptions {
  scenario: Scenario;
}

export function createRunContext(options: RunContextOptions): RunContext & Disposable {
  return { ...createCloudContext(options), scenario: options.scenario };
}

/** Which context a step works with, and the tests (`undefined`). */
export type ContextOf = (step: StepId | undefined) => RunContext;

/** One context for all, unless things are done by hand. */
export function createContexts(options: RunContextOptions & { byHand?: ByHand }): Disposable & { of: ContextOf } {
  const { byHand, ...usual } = options;
  const context = createRunContext(usual);
  if (!byHand) return { of: () => context, [Symbol.dispose]: () => context[Symbol.dispose]() };
  const commands = createRunContext({ ...usual, around: asProcesses(byHand, options.clock) });
  const turns = new Turns();
  return {
    of(step) {
      if (step && byHand.atOnce.includes(step)) return context;
      if (step && byHand.awsCommands.includes(step)) return { ...commands, oneByOne: { turns, pollMs: byHand.pollMs } };
      return { ...context, oneByOne: { turns } };
    },
    [Symbol.dispose]() {
      context[Symbol.dispose]();
      commands[Symbol.dispose]();
    },
  };
}

export function createCloudContext(options: CloudContextOptions): CloudContext & Disposable {
  const { target, clock, configuration, signal, directory, around } = options;
  const clientsOf = ({ id, credentials, endpoint }: AccountAccess) =>
    createAwsClients({
      id,
      region: target.region,
      clock,
      credentials,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(around ? { around } : {}),
    });
  const local = clientsOf(target.accounts.local);
  const external = target.accounts.external && clientsOf(target.accounts.external);
  const aws = (account: AccountName) => (account === 'local' ? local : (external ?? noExternalAccount()));
  let subscription: AzureClient | undefined;
  const azure = () => (subscription ??= createAzureClient(target.azure ?? noSubscription(), { clock, signal }));
  const connect = {
    eks: () => connectEks(local, configuration.clusterName, clock),
    aks: () => connectAks(azure(), configuration),
  };
  const connections = new Map<ClusterName, Promise<KubeClient>>();
  const kube = (cluster: ClusterName = 'eks') => {
    const connection = connections.get(cluster) ?? connect[cluster]();
    connections.set(cluster, connection);
    connection.catch(() => connections.delete(cluster));
    return connection;
  };
  return {
    ...options,
    local,
    aws,
    accountOf: ({ account }) => aws(account),
    azure,
    kube,
    async istioctl(cluster = 'eks') {
      const file = join(directory, cluster === 'eks' ? 'kubeconfig' : `kubeconfig-${cluster}`);
      const KUBECONFIG = await writeKubeconfig(await kube(cluster), file);
      return createIstioctl({ command: target.istioctl.command, env: { ...target.istioctl.env, KUBECONFIG }, signal });
    },
    [Symbol.dispose]() {
      local[Symbol.dispose]();
      external?.[Symbol.dispose]();
      subscription?.[Symbol.dispose]();
      for (const connection of connections.values())
        void connection.then(
          (cluster) => cluster[Symbol.dispose](),
          () => undefined, // whoever asked for it has heard
        );
    },
  };
}

/** Written aside and renamed: a command that was started a moment ago may be reading it. */
async function writeKubeconfig({ access }: KubeClient, file: string): Promise<string> {
  const aside = `${file}.${randomUUID()}`;
  writeFileSync(aside, await kubeconfigText(access), { mode: 0o600 });
  renameSync(aside, file);
  return file;
}

function noExternalAccount(): never {
  throw new MeshbedError('user/no-external-account', 'this scenario needs a second account', {
    next: 'set EXTERNAL_ACCOUNT',
  });
}

function noSubscription(): never {
  throw new MeshbedError('user/no-subscription', 'this scenario needs an Azure subscription', {
    next: 'set AZURE_SUBSCRIPTION',
  });
}
