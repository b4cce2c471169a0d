import { DescribeClusterCommand, type Cluster } from '@aws-sdk/client-eks';
import { isNotFound, type AwsClients } from '@meshbed/clients/aws';
import { MeshbedError } from '@meshbed/core';
import type { Configuration } from '../configuration/index.ts';
import { clusterTag } from './tags.ts';

/**
 * Before anything is made: an EKS cluster of the configured name that somebody else made has a network of its own, which
 * a run neither knows nor may change.
 * @throws MeshbedError `cloud/cluster-taken`
 */
export async function refuseForeignCluster(
  { eks, access }: AwsClients,
  { clusterName: name }: Configuration,
): Promise<void> {
  const cluster = await find(eks, name);
  if (!cluster || cluster.tags?.[clusterTag] === name) return;
  throw new MeshbedError('cloud/cluster-taken', `there is an EKS cluster ${name} that meshbed did not make`, {
    object: cluster.arn ?? name,
    likely: `its network is ${cluster.resourcesVpcConfig?.vpcId ?? 'unknown'}, and it lacks the tag ${clusterTag}=${name}; account ${access.id}`,
    next: 'choose another name with --cluster-name, or delete that cluster',
  });
}

async function find(eks: AwsClients['eks'], name: string): Promise<Cluster | undefined> {
  try {
    return (await eks.send(new DescribeClusterCommand({ name }))).cluster;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
