import type { Manifest } from '@meshbed/clients/kube';
import { ready, waiting } from '@meshbed/core';
import { gone, type Kind } from '../types.ts';

const gatewayLabel = 'gateway.networking.k8s.io/gateway-name';

/** Services with a load balancer outside the cluster: it would outlive the cluster and hold its VPC. */
export const kubernetesLoadBalancer: Kind = {
  title: 'Service with load balancer',
  cloud: 'both',
  after: [],
  async find({ kube }) {
    const services = (await (await kube())?.list('v1', 'Service')) ?? [];
    return services.filter(isBalanced).map(({ metadata: { namespace = 'default', name } }) => ({
      id: name,
      name: `${namespace}/${name}`,
      evidence: 'place',
      eks: namespace !== 'istio-eastwest',
      within: namespace,
    }));
  },
  async remove({ kube }, { id: name, within: namespace = 'default' }) {
    const cluster = await kube();
    const reference = { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name } };
    const service = await cluster?.get(reference);
    if (!cluster || !service) return ready(gone);
    // Its controller would make the service again.
    const gateway = service.metadata.labels?.[gatewayLabel];
    if (gateway !== undefined)
      await cluster.delete({
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'Gateway',
        metadata: { namespace, name: gateway },
      });
    if (service.metadata.deletionTimestamp === undefined) await cluster.delete(reference);
    return waiting('its load balancer is being deleted');
  },
  command: ({ id, within }) => `kubectl delete service ${id} -n ${within}`,
  timeoutMs: 5 * 60_000,
};

const isBalanced = ({ spec }: Manifest) => (spec as { type?: string } | undefined)?.type === 'LoadBalancer';
