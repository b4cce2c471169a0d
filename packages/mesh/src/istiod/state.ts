/** istiod's view of the cluster: a local copy of everything that it decides from. */
import type { Clock } from '@meshbed/core';
import { Informer, type KubeApi, type KubeObject, type KubeResource, resources } from '@meshbed/kube-client';
import type {
  AuthorizationPolicy,
  ConfigMap,
  Deployment,
  EndpointSlice,
  Gateway,
  PeerAuthentication,
  Pod,
  Service,
  ServiceEntry,
  WorkloadEntry,
} from './objects.ts';

export interface StateOptions {
  api: KubeApi;
  clock: Clock;
  signal: AbortSignal;
  onChange: (resource: KubeResource) => void;
  onProblem: (message: string) => void;
}

export class ClusterState {
  readonly namespaces: Informer<KubeObject>;
  readonly nodes: Informer<KubeObject>;
  readonly serviceAccounts: Informer<KubeObject>;
  readonly pods: Informer<Pod>;
  readonly services: Informer<Service>;
  readonly endpointSlices: Informer<EndpointSlice>;
  readonly configMaps: Informer<ConfigMap>;
  readonly deployments: Informer<Deployment>;
  readonly serviceEntries: Informer<ServiceEntry>;
  readonly workloadEntries: Informer<WorkloadEntry>;
  readonly authorizationPolicies: Informer<AuthorizationPolicy>;
  readonly peerAuthentications: Informer<PeerAuthentication>;
  readonly gateways: Informer<Gateway>;
  readonly #byResource = new Map<KubeResource, Informer<KubeObject>>();

  constructor(options: StateOptions) {
    this.namespaces = this.#follow(resources.namespaces, options);
    this.nodes = this.#follow(resources.nodes, options);
    this.serviceAccounts = this.#follow(resources.serviceAccounts, options);
    this.pods = this.#follow(resources.pods, options);
    this.services = this.#follow(resources.services, options);
    this.endpointSlices = this.#follow(resources.endpointSlices, options);
    this.configMaps = this.#follow(resources.configMaps, options);
    this.deployments = this.#follow(resources.deployments, options);
    this.serviceEntries = this.#follow(resources.serviceEntries, options);
    this.workloadEntries = this.#follow(resources.workloadEntries, options);
    this.authorizationPolicies = this.#follow(resources.authorizationPolicies, options);
    this.peerAuthentications = this.#follow(resources.peerAuthentications, options);
    this.gateways = this.#follow(resources.gateways, options);
  }

  /** Resolves when everything was listed once. */
  async synced(): Promise<void> {
    await Promise.all([...this.#byResource.values()].map((informer) => informer.synced));
  }

  find<T extends KubeObject>(resource: KubeResource, name: string, namespace?: string): T | undefined {
    return this.#byResource.get(resource)?.get(name, namespace) as T | undefined;
  }

  #follow<T extends KubeObject>(resource: KubeResource, options: StateOptions): Informer<T> {
    const { api, clock, signal, onChange, onProblem } = options;
    const informer = api.informer<T>(resource, { clock, signal, onProblem, onChange: () => onChange(resource) });
    this.#byResource.set(resource, informer as unknown as Informer<KubeObject>);
    return informer;
  }
}
