import { type Authorization, policyKey } from '@meshbed/policy/istio';
import { type Service, serviceKey, type Workload } from './types.ts';

/** The mesh as istiod told it, indexed the ways that connections ask. Order of arrival does not matter. */
export class MeshState {
  readonly workloads: Map<string, Workload> = new Map();
  readonly services: Map<string, Service> = new Map();
  readonly policies: Map<string, Authorization> = new Map();
  readonly #byIp = new Index<Workload>();
  readonly #byVip = new Index<Service>();
  readonly #byHostname = new Index<Service>();
  readonly #endpoints = new Index<Workload>();
  readonly #changed = new Set<() => void>();
  readonly #policiesChanged = new Set<() => void>();

  setWorkload(workload: Workload): void {
    this.#dropWorkload(workload.uid);
    this.workloads.set(workload.uid, workload);
    for (const key of ipKeys(workload)) this.#byIp.add(key, workload);
    for (const key of workload.services.keys()) this.#endpoints.add(key, workload);
    this.#tell();
  }

  setService(service: Service): void {
    this.#dropService(serviceKey(service));
    this.services.set(serviceKey(service), service);
    for (const { network, ip } of service.vips) this.#byVip.add(`${network}/${ip}`, service);
    this.#byHostname.add(service.hostname, service);
    this.#tell();
  }

  /** @param name a workload's uid or a service's `namespace/hostname`; an unknown one is no error. */
  removeAddress(name: string): void {
    this.#dropWorkload(name);
    this.#dropService(name);
    this.#tell();
  }

  setPolicy(policy: Authorization): void {
    this.policies.set(policyKey(policy), policy);
  }

  removePolicy(key: string): void {
    this.policies.delete(key);
  }

  /** After a batch of policy changes: open connections are judged again. */
  policiesSettled(): void {
    for (const listener of this.#policiesChanged) listener();
  }

  onPoliciesChanged(listener: () => void): Disposable {
    this.#policiesChanged.add(listener);
    return { [Symbol.dispose]: () => void this.#policiesChanged.delete(listener) };
  }

  /** Called on every change of a workload or a service. */
  onChange(listener: () => void): Disposable {
    this.#changed.add(listener);
    return { [Symbol.dispose]: () => void this.#changed.delete(listener) };
  }

  /** Of two workloads with one address the pod counts, then the one that speaks HBONE. */
  workloadAt(network: string, ip: string): Workload | undefined {
    return this.#byIp.get(`${network}/${ip}`).toSorted((a, b) => rank(b) - rank(a))[0];
  }

  serviceAt(network: string, ip: string, namespace: string): Service | undefined {
    return preferred(this.#byVip.get(`${network}/${ip}`), namespace);
  }

  serviceNamed(hostname: string, namespace: string): Service | undefined {
    return preferred(this.#byHostname.get(hostname), namespace);
  }

  endpointsOf(service: Service): readonly Workload[] {
    return this.#endpoints.get(serviceKey(service));
  }

  #dropWorkload(uid: string): void {
    const workload = this.workloads.get(uid);
    if (!workload) return;
    this.workloads.delete(uid);
    for (const key of ipKeys(workload)) this.#byIp.remove(key, workload);
    for (const key of workload.services.keys()) this.#endpoints.remove(key, workload);
  }

  #dropService(key: string): void {
    const service = this.services.get(key);
    if (!service) return;
    this.services.delete(key);
    for (const { network, ip } of service.vips) this.#byVip.remove(`${network}/${ip}`, service);
    this.#byHostname.remove(service.hostname, service);
  }

  #tell(): void {
    for (const listener of this.#changed) listener();
  }
}

const rank = ({ uid, protocol }: Workload) => (uid.includes('//Pod/') ? 2 : 0) + (protocol === 'HBONE' ? 1 : 0);

/** Workloads on a node's network share its address with everything else there. */
const ipKeys = ({ networkMode, network, addresses }: Workload) =>
  networkMode === 'HostNetwork' ? [] : addresses.map((ip) => `${network}/${ip}`);

/** The client's namespace, else the canonical one, else the first. */
const preferred = (services: readonly Service[], namespace: string): Service | undefined =>
  services.find((service) => service.namespace === namespace) ??
  services.find(({ canonical }) => canonical) ??
  services[0];

class Index<T> {
  readonly #entries = new Map<string, T[]>();

  add(key: string, value: T): void {
    this.#entries.set(key, [...this.get(key), value]);
  }

  remove(key: string, value: T): void {
    const left = this.get(key).filter((other) => other !== value);
    if (left.length > 0) this.#entries.set(key, left);
    else this.#entries.delete(key);
  }

  get(key: string): readonly T[] {
    return this.#entries.get(key) ?? [];
  }
}
