import type { AwsClients } from '@meshbed/clients/aws';
import { eksToken } from '@meshbed/clients/aws';
import { createAzureClient, type AzureAccess } from '@meshbed/clients/azure';
import { createKubeReader, type KubeReader } from '@meshbed/clients/kube';
import { systemClock } from '@meshbed/core';
import { defaultConfiguration } from '../configuration/resolve.ts';
import { describeAksCluster } from '../azure/managed-cluster.ts';
import { describeAksNetwork } from '../azure/network.ts';
import type { Configuration } from '../configuration/index.ts';
import { connectAks, describeEksCluster } from '../run/connections.ts';
import type { Peer } from './across/index.ts';

export const defaultClusterName: string = defaultConfiguration.clusterName;

/** The AKS cluster of scenario 4, with its own administrator; undefined when there is none. */
export async function openAks(access: AzureAccess, configuration: Configuration): Promise<Peer | undefined> {
  using azure = createAzureClient(access, { clock: systemClock });
  const cluster = await describeAksCluster(azure, configuration);
  if (!cluster) return undefined;
  const [client, network] = await Promise.all([connectAks(azure, configuration), describeAksNetwork(azure, cluster)]);
  using _ = client;
  const { clusterName } = configuration.azure;
  return { kube: createKubeReader(client.access), clusterName, account: access.subscription, network };
}

/** Reads the Kubernetes objects of an EKS cluster as AWS lets the account's own credentials. @throws MeshbedError `cloud/no-cluster` */
export async function openEks(aws: AwsClients, clusterName: string): Promise<KubeReader> {
  const { arn = clusterName, endpoint = '', certificateAuthority } = await describeEksCluster(aws, clusterName);
  return createKubeReader({
    context: arn,
    server: endpoint,
    certificateAuthorityData: certificateAuthority?.data ?? '',
    token: () => eksToken(aws.access, clusterName, systemClock.now()),
  });
}
