import { randomUUID } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeClusterCommand, type Cluster } from '@aws-sdk/client-eks';
import { createAwsClients, eksToken, eksTokenLifetimeMs, isNotFound, type AwsClients } from '@meshbed/clients/aws';
import { createIstioctl, type Istioctl } from '@meshbed/clients/istioctl';
import { createKubeClient, kubeconfigText, type KubeClient } from '@meshbed/clients/kube';
import { MeshbedError, type Clock } from '@meshbed/core';
import type { Configuration } from '../configuration.ts';
import type { AccountName, EcsClusterFacts, KubernetesName, Scenario } from '../scenario/types.ts';
import type { AccountAccess, Target } from '../target.ts';

/** What steps and tests work with. */
export interface RunContext extends CloudContext {
  readonly scenario: Scenario;
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
  /** Default: EKS. @throws MeshbedError `cloud/no-cluster` */
  kube(cluster?: KubernetesName): Promise<KubeClient>;
  /** With a kubeconfig whose token works now. */
  istioctl(cluster?: KubernetesName): Promise<Istioctl>;
}

export interface CloudContextOptions {
  configuration: Configuration;
  target: Target;
  clock: Clock;
  signal: AbortSignal;
  directory: string;
}

export interface RunContextOptions extends CloudContextOptions {
  scenario: Scenario;
}

export function createRunContext(options: RunContextOptions): RunContext & Disposable {
  return { ...createCloudContext(options), scenario: options.scenario };
}

export function createCloudContext(options: CloudContextOptions): CloudContext & Disposable {
  const { target, clock, configuration, signal, directory } = options;
  const clientsOf = ({ id, credentials, endpoint }: AccountAccess) =>
    createAwsClients({
      id,
      region: target.region,
      clock,
      credentials,
      ...(endpoint === undefined ? {} : { endpoint }),
    });
  const local = clientsOf(target.accounts.local);
  const external = target.accounts.external && clientsOf(target.accounts.external);
  const aws = (account: AccountName) => (account === 'local' ? local : (external ?? noExternalAccount()));
  const connections = new Map<KubernetesName, Promise<KubeClient>>();
  const connecting: Record<KubernetesName, () => Promise<KubeClient>> = {
    eks: () => connect(local, configuration.clusterName, clock),
    aks: () => connectAks(),
  };
  const kube = (cluster: KubernetesName = 'eks') => {
    const connection = connections.get(cluster) ?? connecting[cluster]();
    connections.set(cluster, connection);
    connection.catch(() => connections.delete(cluster));
    return connection;
  };
  return {
    ...options,
    local,
    aws,
    accountOf: ({ account }) => aws(account),
    kube,
    async istioctl(cluster = 'eks') {
      const file = join(directory, cluster === 'eks' ? 'kubeconfig' : `kubeconfig-${cluster}`);
      const KUBECONFIG = await writeKubeconfig(await kube(cluster), file);
      return createIstioctl({ command: target.istioctl.command, env: { ...target.istioctl.env, KUBECONFIG }, signal });
    },
    [Symbol.dispose]() {
      local[Symbol.dispose]();
      external?.[Symbol.dispose]();
      for (const connection of connections.values()) {
        void connection.then(
          (cluster) => cluster[Symbol.dispose](),
          () => undefined, // whoever asked for it has heard
        );
      }
    },
  };
}

/** @throws MeshbedError `cloud/no-cluster` */
export async function describeEksCluster({ eks }: AwsClients, name: string): Promise<Cluster> {
  try {
    const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
    if (cluster) return cluster;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  throw new MeshbedError('cloud/no-cluster', `there is no EKS cluster ${name}`, {
    next: 'run without --step and --tests-only',
  });
}

async function connect(aws: AwsClients, name: string, clock: Clock): Promise<KubeClient> {
  const { arn, endpoint, certificateAuthority } = await describeEksCluster(aws, name);
  if (!arn || !endpoint || !certificateAuthority?.data) {
    throw new MeshbedError('cloud/no-cluster', `the EKS cluster ${name} has no endpoint yet`, {
      next: 'run again when it is ACTIVE',
    });
  }
  return createKubeClient({
    context: arn,
    server: endpoint,
    certificateAuthorityData: certificateAuthority.data,
    token: renewed(clock, (nowMs) => eksToken(aws.access, name, nowMs)),
  });
}

function connectAks(): Promise<KubeClient> {
  throw new MeshbedError('user/no-azure', 'this scenario needs an Azure subscription', {
    next: 'set AZURE_SUBSCRIPTION',
  });
}

/** Signing costs more than sending: a token serves for half of its life. */
function renewed(clock: Clock, sign: (nowMs: number) => Promise<string>): () => Promise<string> {
  let token = Promise.resolve('');
  let signedMs = -Infinity;
  return () => {
    if (clock.now() - signedMs >= eksTokenLifetimeMs / 2) {
      signedMs = clock.now();
      token = sign(signedMs);
      token.catch(() => (signedMs = -Infinity));
    }
    return token;
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
