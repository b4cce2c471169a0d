import type { EndpointSlice, KubeObject, Service, Store } from '@meshbed/kube-server';

export interface ServiceEndpoint {
  ip: string;
  port: number;
}

/**
 * What kube-proxy and CoreDNS know of a cluster's services. A node routes service addresses while its kube-proxy runs,
 * and names resolve while a CoreDNS pod runs.
 */
export class ServiceTable {
  readonly #store: Store;
  readonly #routingNodes = new Set<string>();
  #resolvers = 0;
  #turn = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** kube-proxy runs on `node` until disposed. */
  route(node: string): Disposable {
    this.#routingNodes.add(node);
    return { [Symbol.dispose]: () => void this.#routingNodes.delete(node) };
  }

  /** One CoreDNS pod runs until disposed. */
  serveNames(): Disposable {
    this.#resolvers += 1;
    return { [Symbol.dispose]: () => void (this.#resolvers -= 1) };
  }

  /** Addresses of a service name as a pod in `namespace` asks for it, search domains included. */
  resolve(name: string, namespace: string): readonly string[] | undefined {
    if (this.#resolvers === 0) return undefined;
    const suffixes = ['', `.${namespace}.svc.cluster.local`, '.svc.cluster.local', '.cluster.local'];
    for (const suffix of suffixes) {
      const service = this.#named(`${name}${suffix}`);
      if (service) return this.#addresses(service);
    }
    return undefined;
  }

  #named(name: string): Service | undefined {
    const [, service, namespace] = /^([^.]+)\.([^.]+)\.svc\.cluster\.local\.?$/.exec(name) ?? [];
    return service === undefined ? undefined : (this.#store.get('services', namespace, service) as Service | undefined);
  }

  #addresses(service: Service): string[] {
    const { clusterIP } = service.spec;
    if (clusterIP && clusterIP !== 'None') return [clusterIP];
    return this.#slices(service).flatMap(readyAddresses);
  }

  /** Where `ip:port` leads from `node`; undefined when it is no service address or the node has no kube-proxy. */
  endpoint(ip: string, port: number, node: string): ServiceEndpoint | 'no-endpoints' | undefined {
    if (!this.#routingNodes.has(node)) return undefined;
    const services = this.#store.list('services', {}) as unknown as Service[];
    const service = services.find(({ spec }) => spec.clusterIP === ip);
    if (!service) return undefined;
    const wanted = service.spec.ports?.find((each) => each.port === port);
    const endpoints = wanted ? this.#slices(service).flatMap((slice) => endpointsOf(slice, wanted.name)) : [];
    return endpoints[this.#turn++ % endpoints.length] ?? 'no-endpoints';
  }

  #slices({ metadata: { name, namespace } }: KubeObject): EndpointSlice[] {
    const slices = this.#store.list('endpointslices.discovery.k8s.io', namespace ? { namespace } : {});
    return (slices as unknown as EndpointSlice[]).filter(
      (slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === name,
    );
  }
}

const readyAddresses = (slice: EndpointSlice) =>
  slice.endpoints.filter(({ conditions }) => conditions?.ready !== false).flatMap(({ addresses }) => addresses);

function endpointsOf(slice: EndpointSlice, portName: string | undefined): ServiceEndpoint[] {
  const port = slice.ports?.find(({ name }) => (name ?? '') === (portName ?? ''))?.port;
  return port === undefined ? [] : readyAddresses(slice).map((ip) => ({ ip, port }));
}
