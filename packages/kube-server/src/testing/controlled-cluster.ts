import { createIds, EventLog, type NetworkPlace, type VirtualClock, virtualClock } from '@meshbed/core';
import { createControllers } from '../controllers/index.ts';
import type { KubeObject, NewObject, ObjectOf } from '../objects/index.ts';
import type { ClusterOptions, KubeCluster, LoadBalancerProvider, PodNetworkProvider } from '../server/options.ts';
import { createCluster } from '../server/cluster.ts';
import type { Store } from '../store/index.ts';
import { FakeRuntime } from './fake-runtime.ts';

/** Addresses counted up; remembers who has one. */
export class FakePodNetwork implements PodNetworkProvider {
  readonly attached: Map<string, string> = new Map();
  problem: string | undefined;
  #next = 10;

  attach({ uid }: { uid: string }, nodeName: string): NetworkPlace {
    if (this.problem !== undefined) throw new Error(this.problem);
    const ip = `192.168.0.${this.#next++}`;
    this.attached.set(uid, ip);
    return { eniId: `eni-${nodeName}`, ip, nodeName };
  }

  detach(podUid: string): void {
    this.attached.delete(podUid);
  }

  node(nodeName: string): NetworkPlace {
    return { eniId: `eni-${nodeName}`, ip: '192.168.0.1', nodeName };
  }
}

export class FakeLoadBalancers implements LoadBalancerProvider {
  readonly kept: Map<string, () => readonly object[]> = new Map();
  pending: string | undefined;

  async ensure(
    service: KubeObject,
    endpoints: () => readonly object[],
  ): Promise<{ hostname: string } | { pending: string }> {
    if (this.pending !== undefined) return { pending: this.pending };
    this.kept.set(service.metadata.name, endpoints);
    return { hostname: `${service.metadata.name}.elb.example` };
  }

  async remove(service: KubeObject): Promise<void> {
    this.kept.delete(service.metadata.name);
  }
}

const authenticate = () => Promise.resolve(undefined);

/** A cluster on an in-memory store, without API server, on a virtual clock. */
export class TestCluster implements AsyncDisposable {
  readonly clock: VirtualClock = virtualClock(Date.UTC(2026, 0, 1));
  readonly runtime: FakeRuntime = new FakeRuntime(this.clock);
  readonly network: FakePodNetwork = new FakePodNetwork();
  readonly loadBalancers: FakeLoadBalancers = new FakeLoadBalancers();
  readonly cluster: KubeCluster;
  readonly #controllers: AsyncDisposable;

  constructor(options: Partial<ClusterOptions> = {}) {
    this.cluster = this.#build(options);
    this.#controllers = createControllers(this.cluster);
  }

  get store(): Store {
    return this.cluster.store;
  }

  create(object: NewObject): KubeObject {
    return this.store.create(object);
  }

  /** Lets the controllers finish what is due within `ms`. */
  async settle(ms = 0): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await this.clock.advance(0);
    if (ms > 0) await this.clock.advance(ms);
    for (let turn = 0; turn < 5; turn++) await this.clock.advance(0);
  }

  get<Key extends string>(resource: Key, name: string, namespace = 'default'): ObjectOf<Key> {
    const found = this.store.get(resource, namespace, name);
    if (!found) throw new Error(`no ${resource} ${namespace}/${name}`);
    return found;
  }

  list<Key extends string>(resource: Key, namespace = 'default'): ObjectOf<Key>[] {
    return this.store.list(resource, { namespace });
  }

  addNode(name: string, labels: Record<string, string> = {}): void {
    this.cluster.addNode({
      name,
      ip: '192.168.0.1',
      labels,
      zone: 'us-east-2a',
      instanceType: 't2.medium',
      providerId: '',
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#controllers[Symbol.asyncDispose]();
  }

  #build(options: Partial<ClusterOptions>): KubeCluster {
    const { clock, runtime, network: podNetwork, loadBalancers } = this;
    const common = { clock, ids: createIds('test'), log: new EventLog(clock), tls: { key: '', cert: '' }, caPem: 'CA' };
    const wanted = { name: 'test', runtime, podNetwork, loadBalancers, authenticate, ...options };
    return createCluster(common, wanted, { server: 'https://127.0.0.1', handlers: {}, accept: () => {} });
  }
}

/** A deployment of one container named `app`. */
export function deployment(name: string, replicas: number, spec: Record<string, unknown> = {}): NewObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: { replicas, selector: { matchLabels: { app: name } }, template: template(name), ...spec },
  };
}

export function template(name: string, container: Record<string, unknown> = {}): object {
  return {
    metadata: { labels: { app: name } },
    spec: { containers: [{ name: 'app', image: 'echo:1', ...container }] },
  };
}

export function pod(name: string, spec: Record<string, unknown> = {}): NewObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels: { app: name } },
    spec: { containers: [{ name: 'app', image: 'echo:1' }], ...spec },
  };
}
