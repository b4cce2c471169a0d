import type { Pod } from '../istiod/objects.ts';
import type { KubeObject } from '@meshbed/kube-client';

export const redirectionAnnotation = 'ambient.istio.io/redirection';
const mode = 'istio.io/dataplane-mode';

/** Whether a pod is to be in the mesh: by its own label, else its namespace's. Never on the node's network, never with a sidecar. */
export function isAmbient(pod: Pod, namespace: KubeObject | undefined): boolean {
  const { labels = {}, annotations = {} } = pod.metadata;
  if (pod.spec.hostNetwork || annotations['sidecar.istio.io/status'] !== undefined) return false;
  if (pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed') return false;
  if (labels[mode] !== undefined) return labels[mode] === 'ambient';
  return namespace?.metadata.labels?.[mode] === 'ambient';
}
