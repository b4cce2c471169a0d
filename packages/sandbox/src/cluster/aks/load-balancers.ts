import type { ServiceFrontends } from '@meshbed/azure-server/hosts';
import { messageOf } from '@meshbed/core';
import type { LoadBalancerProvider, LoadBalancerTarget, Service } from '@meshbed/kube-server';

const internal = 'service.beta.kubernetes.io/azure-load-balancer-internal';

/**
 * The service half of AKS's cloud controller: a Service of type LoadBalancer becomes a frontend with a public address on
 * the cluster's one load balancer.
 */
export function aksLoadBalancers(frontends: ServiceFrontends): LoadBalancerProvider {
  return {
    async ensure(service, endpoints) {
      try {
        return await frontends.ensure(frontendOf(service, endpoints));
      } catch (error) {
        return { pending: messageOf(error) };
      }
    },
    remove: ({ metadata }) => frontends.remove(metadata.uid),
  };
}

function frontendOf({ metadata, spec }: Service, endpoints: () => readonly LoadBalancerTarget[]) {
  return {
    uid: metadata.uid,
    service: `${metadata.namespace}/${metadata.name}`,
    ports: (spec.ports ?? []).map(({ name = '', port }) => ({ name, port })),
    internal: metadata.annotations?.[internal] === 'true',
    targets: (port: number) => endpoints().filter(({ servicePort }) => servicePort === port),
  };
}
