import type { AwsClients } from '@meshbed/clients/aws';
import { eksToken } from '@meshbed/clients/aws';
import { createKubeReader, type KubeReader } from '@meshbed/clients/kube';
import { systemClock } from '@meshbed/core';
import { defaultConfiguration } from '../configuration/resolve.ts';
import { describeEksCluster } from '../run/connections.ts';

export const defaultClusterName: string = defaultConfiguration.clusterName;

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
