/** Another cluster of the mesh, read through the kubeconfig of a remote secret. */
import { type Clock, messageOf } from '@meshbed/core';
import {
  fromKubeconfigText,
  type Informer,
  type KubeApi,
  type KubeObject,
  type KubeResource,
  resources,
} from '@meshbed/kube-client';
import type { Gateway, Pod, Service, ServiceEntry, WorkloadEntry } from '../objects.ts';
import type { Snapshot } from '../wds/snapshot.ts';

export interface RemoteClusterOptions {
  /** Its name in the mesh, and of the key in the secret. */
  id: string;
  /** `namespace/name` of the secret. */
  secret: string;
  kubeconfig: string;
  connect: (host: string, port: number) => Promise<import('node:net').Socket>;
  clock: Clock;
  log: (level: 'info' | 'warn', message: string) => void;
  onChange: () => void;
}

/** What `/debug/clusterz` tells. */
export interface RemoteStatus {
  id: string;
  secretName: string;
  syncStatus: 'synced' | 'syncing' | 'failed';
  /** Of the last attempt; undefined when it went well. */
  error: string | undefined;
}

interface Informers {
  namespaces: Informer<KubeObject>;
  pods: Informer<Pod>;
  services: Informer<Service>;
  serviceEntries: Informer<ServiceEntry>;
  workloadEntries: Informer<WorkloadEntry>;
  gateways: Informer<Gateway>;
}

const backoff = { firstMs: 50, maxMs: 2000 };

/**
 * Follows what of another cluster matters here. It asks again until it is let in; what it once knew it keeps while the
 * cluster does not answer.
 */
export class RemoteCluster implements Disposable {
  readonly options: RemoteClusterOptions;
  /** Resolves when everything was read once, or the first attempt failed. */
  readonly settled: Promise<void>;
  readonly #stop = new AbortController();
  readonly #settle: () => void;
  #api: KubeApi | undefined;
  #informers: Informers | undefined;
  #isSynced = false;
  #error: string | undefined;

  constructor(options: RemoteClusterOptions) {
    this.options = options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.settled = promise;
    this.#settle = resolve;
    this.#start().catch((error: unknown) => this.#failed(messageOf(error)));
  }

  get status(): RemoteStatus {
    const { id, secret } = this.options;
    const syncStatus = this.#isSynced ? 'synced' : this.#error === undefined ? 'syncing' : 'failed';
    return { id, secretName: secret, syncStatus, error: this.#error };
  }

  /** Undefined until everything was read once: half of a cluster would look as if the rest had gone. */
  snapshot(systemNamespace: string): Omit<Snapshot, 'trustDomain'> | undefined {
    if (!this.#isSynced || !this.#informers) return undefined;
    const { namespaces, pods, services, serviceEntries, workloadEntries, gateways } = this.#informers;
    const all = <T extends KubeObject>(informer: Informer<T>) => [...informer.objects.values()];
    return {
      clusterId: this.options.id,
      network: namespaces.get(systemNamespace)?.metadata.labels?.['topology.istio.io/network'] ?? '',
      nodes: new Map(),
      pods: all(pods),
      services: all(services),
      endpointSlices: [],
      serviceEntries: all(serviceEntries),
      workloadEntries: all(workloadEntries),
      gateways: all(gateways),
      policies: [],
    };
  }

  [Symbol.dispose](): void {
    this.#stop.abort();
    this.#settle();
    this.#api?.[Symbol.dispose]();
  }

  async #start(): Promise<void> {
    const { id, secret, kubeconfig, connect, log, onChange } = this.options;
    const api = await fromKubeconfigText(kubeconfig, { name: `secret ${secret}, cluster ${id}`, connect });
    this.#api = api;
    await this.#admitted(api);
    if (this.#stop.signal.aborted) return api[Symbol.dispose]();
    const informers = this.#follow(api);
    this.#informers = informers;
    await Promise.all(Object.values(informers).map((informer: Informer<KubeObject>) => informer.synced));
    if (this.#stop.signal.aborted) return;
    this.#isSynced = true;
    this.#error = undefined;
    log('info', `remote cluster ${id}: synced`);
    this.#settle();
    onChange();
  }

  /** Resolves once the cluster answers: until then one question at a time is enough. */
  async #admitted(api: KubeApi): Promise<void> {
    const { signal } = this.#stop;
    for (let pauseMs = backoff.firstMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, backoff.maxMs)) {
      try {
        await api.list(resources.namespaces);
        return;
      } catch (error) {
        this.#failed(messageOf(error));
        await this.options.clock.sleep(pauseMs, signal).catch(() => {});
      }
    }
  }

  #follow(api: KubeApi): Informers {
    const { clock, onChange } = this.options;
    const follow = <T extends KubeObject>(resource: KubeResource) =>
      api.informer<T>(resource, {
        clock,
        signal: this.#stop.signal,
        onChange: () => {
          this.#error = undefined;
          if (this.#isSynced) onChange();
        },
        onProblem: (message) => this.#failed(message),
      });
    return {
      namespaces: follow(resources.namespaces),
      pods: follow(resources.pods),
      services: follow(resources.services),
      serviceEntries: follow(resources.serviceEntries),
      workloadEntries: follow(resources.workloadEntries),
      gateways: follow(resources.gateways),
    };
  }

  /** Said once, until something is heard again: every kind fails for the same reason. */
  #failed(message: string): void {
    if (this.#stop.signal.aborted) return;
    const { id, secret, log } = this.options;
    if (this.#error === undefined) log('warn', `remote cluster ${id} (secret ${secret}): ${message}; trying again`);
    this.#error = message;
    this.#settle();
  }
}
