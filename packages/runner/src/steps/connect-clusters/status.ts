import type { KubeClient } from '@meshbed/clients/kube';

const namespace = 'istio-system';
const monitoringPort = 15_014;

/** What istiod tells about a cluster that it reads through a remote secret: `/debug/clusterz`. */
export interface RemoteCluster {
  id: string;
  syncStatus: string;
  /** Why it does not read it, where it tells. */
  error?: string;
}

/** Of the first istiod that runs; empty when there is none. */
export async function remoteClusters(kube: KubeClient): Promise<RemoteCluster[]> {
  const pods = await kube.list('v1', 'Pod', { namespace, labels: 'app=istiod' });
  const pod = pods.find(({ status }) => (status as { phase?: string } | undefined)?.phase === 'Running');
  if (!pod) return [];
  const answer = await kube.getInside({ namespace, pod: pod.metadata.name }, monitoringPort, '/debug/clusterz');
  return JSON.parse(answer) as RemoteCluster[];
}
