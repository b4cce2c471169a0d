import { DescribeClusterCommand, type Cluster } from '@aws-sdk/client-eks';
import { eksToken, eksTokenLifetimeMs, isNotFound, type AwsClients } from '@meshbed/clients/aws';
import type { AzureClient } from '@meshbed/clients/azure';
import { createKubeClient, type KubeClient } from '@meshbed/clients/kube';
import { MeshbedError, type Clock } from '@meshbed/core';
import { aksCredentials, describeAksCluster } from '../azure/managed-cluster.ts';
import type { Configuration } from '../configuration/index.ts';

const missing = (what: string) =>
  new MeshbedError('cloud/no-cluster', `there is no ${what}`, { next: 'run without --step and --tests-only' });

/** @throws MeshbedError `cloud/no-cluster` */
export async function describeEksCluster({ eks }: AwsClients, name: string): Promise<Cluster> {
  try {
    const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
    if (cluster) return cluster;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  throw missing(`EKS cluster ${name}`);
}

export async function connectEks(aws: AwsClients, name: string, clock: Clock): Promise<KubeClient> {
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

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[];
  users: { user: { token?: string } }[];
}

/** With the local account of the cluster, as `az aks get-credentials` does. */
export async function connectAks(azure: AzureClient, configuration: Configuration): Promise<KubeClient> {
  const found = await describeAksCluster(azure, configuration);
  const name = configuration.azure.clusterName;
  if (!found) throw missing(`AKS cluster ${name}`);
  const { parse } = await import('yaml'); // the other scenarios do without
  const { clusters, users } = parse(await aksCredentials(azure, configuration)) as Kubeconfig;
  const cluster = clusters[0]?.cluster;
  const token = users[0]?.user.token;
  if (cluster && token)
    return createKubeClient({
      context: name,
      server: cluster.server,
      certificateAuthorityData: cluster['certificate-authority-data'],
      token: () => Promise.resolve(token),
    });
  throw new MeshbedError('cloud/no-local-account', `the credentials of the AKS cluster ${name} carry no token`, {
    object: found.id,
    likely: 'its local accounts are disabled',
    next: `az aks update -g ${configuration.azure.resourceGroup} -n ${name} --enable-local-accounts`,
  });
}
