import { DescribeClusterCommand, type Cluster } from '@aws-sdk/client-eks';
import { isNotFound } from '@meshbed/clients/aws';
import { evidenceOf } from '../evidence.ts';
import type { Place } from '../types.ts';

/** Our EKS cluster; the account of ECS alone has none. */
export async function eksCluster({ account, aws, configuration }: Place): Promise<Cluster | undefined> {
  if (account !== 'local') return undefined;
  const name = configuration.clusterName;
  const cluster = await unlessGone(async () => (await aws.eks.send(new DescribeClusterCommand({ name }))).cluster);
  return cluster && evidenceOf(configuration, cluster.tags, 'name') ? cluster : undefined;
}

export async function unlessGone<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
