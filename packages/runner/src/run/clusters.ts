import type { KubeClient } from '@meshbed/clients/kube';
import { describeAksCluster } from '../azure/managed-cluster.ts';
import type { CloudContext, ClusterName } from './context.ts';

export interface ClusterThere {
  name: ClusterName;
  kube: KubeClient;
}

/** The EKS cluster, and the AKS cluster where there is one. @throws MeshbedError `cloud/no-cluster` without EKS */
export async function kubernetesThere(context: CloudContext): Promise<ClusterThere[]> {
  const clusters = await clustersThere(context);
  return Promise.all(clusters.map(async (name) => ({ name, kube: await context.kube(name) })));
}

/** Does the same in every cluster; one that does not answer fails when all others are done. */
export async function inEveryCluster(context: CloudContext, act: (there: ClusterThere) => unknown): Promise<void> {
  const clusters = await clustersThere(context);
  const all = await Promise.allSettled(clusters.map(async (name) => act({ name, kube: await context.kube(name) })));
  const failed = all.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
}

async function clustersThere({ target, azure, configuration }: CloudContext): Promise<ClusterName[]> {
  const aks = target.azure && (await describeAksCluster(azure(), configuration));
  return aks ? ['eks', 'aks'] : ['eks'];
}
