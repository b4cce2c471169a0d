import type { Manifest } from '@meshbed/clients/kube';

export const istioSystem: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system' } };

const program = (kind: 'Deployment' | 'DaemonSet', name: string): Manifest => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { namespace: 'istio-system', name },
});

export const istiod: Manifest = program('Deployment', 'istiod');
export const ztunnel: Manifest = program('DaemonSet', 'ztunnel');

/** What an ambient installation runs in the cluster. */
export const meshPrograms: readonly Manifest[] = [istiod, ztunnel, program('DaemonSet', 'istio-cni-node')];
