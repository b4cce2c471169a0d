import type { Context } from '../context.ts';
import { clusterNotFound, invalidRequest } from './errors.ts';
import { type ClusterRecord, EksState } from './state.ts';

/** @throws AwsError ResourceNotFoundException */
export function clusterNamed(context: Context, name = ''): ClusterRecord {
  const cluster = context.state(EksState).clusters.get(name);
  if (!cluster) throw clusterNotFound(name);
  return cluster;
}

/** One that can be worked with. @throws AwsError ResourceNotFoundException, InvalidRequestException */
export function activeCluster(context: Context, name: string | undefined): ClusterRecord {
  const cluster = clusterNamed(context, name);
  if (cluster.status !== 'ACTIVE') {
    throw invalidRequest(`Cluster '${cluster.name}' is not in ACTIVE status (it is ${cluster.status}).`, {
      clusterName: cluster.name,
    });
  }
  return cluster;
}
