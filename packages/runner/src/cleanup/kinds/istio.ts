import type { KubeClient } from '@meshbed/clients/kube';
import { ready, waiting } from '@meshbed/core';
import { istioSystem } from '../../mesh/components.ts';
import { gone, type Kind } from '../types.ts';

const label = 'istio.io/dataplane-mode';
const defaultNamespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } };

/** Takes the mesh out of a cluster that stays: the label first, so that no pod is left without its proxy. */
export const istio: Kind = {
  title: 'Istio',
  cloud: 'both',
  after: ['kubernetes-object', 'kubernetes-load-balancer', 'ecs-service'],
  async find({ kube }) {
    const namespace = await (await kube())?.get(istioSystem);
    return namespace ? [{ id: 'istio-system', name: 'istio-system', evidence: 'name', eks: false }] : [];
  },
  async remove({ kube, istioctl }) {
    const cluster = await kube();
    const namespace = await cluster?.get(istioSystem);
    if (!cluster || !namespace) return ready(gone);
    if (namespace.metadata.deletionTimestamp !== undefined) return waiting('its namespace is being deleted');
    await releaseDefaultNamespace(cluster);
    await (await istioctl()).run(['uninstall', '--purge', '-y']);
    await cluster.delete(istioSystem);
    return waiting('its namespace is being deleted');
  },
  command: () => 'istioctl uninstall --purge -y && kubectl delete namespace istio-system',
  timeoutMs: 10 * 60_000,
  inCluster: true,
};

async function releaseDefaultNamespace(cluster: KubeClient): Promise<void> {
  const live = await cluster.get(defaultNamespace);
  if (live?.metadata.labels?.[label] === undefined) return;
  const metadata = { name: 'default', labels: { [label]: null } };
  await cluster.patch({ ...defaultNamespace, metadata: metadata as never });
}
