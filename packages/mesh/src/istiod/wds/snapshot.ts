import type { KubeObject } from '@meshbed/kube-client';
import type { EndpointSlice, Gateway, Pod, Service, ServiceEntry, WorkloadEntry } from '../objects.ts';

/** A policy that workloads list by its key. */
export interface SelectorPolicy {
  /** `namespace/name` */
  key: string;
  appliesTo: (namespace: string, labels: Labels) => boolean;
}

/** Everything that workload discovery is made of, at one moment. */
export interface Snapshot {
  clusterId: string;
  /** Name of this cluster's network; label `topology.istio.io/network` of the system namespace. */
  network: string;
  trustDomain: string;
  nodes: ReadonlyMap<string, KubeObject>;
  pods: readonly Pod[];
  services: readonly Service[];
  endpointSlices: readonly EndpointSlice[];
  serviceEntries: readonly ServiceEntry[];
  workloadEntries: readonly WorkloadEntry[];
  gateways: readonly Gateway[];
  policies: readonly SelectorPolicy[];
}

export type Labels = Readonly<Record<string, string>>;

/** Every label of the selector; an empty one matches everything. */
export const matches = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

export const namespaceOf = ({ metadata }: KubeObject): string => metadata.namespace ?? 'default';
