import type { Socket } from 'node:net';
import type { LocalPod, NetworkPlace, NodeHost, WorkloadSpec } from '@meshbed/core';
import type { Fabric } from '@meshbed/fabric';
import { FabricNetwork, type NetworkSurroundings } from '../runtime/network.ts';
import type { Placement } from '../runtime/index.ts';
import type { ServiceTable } from './service-table.ts';

/** Instance metadata of a node, answered at 169.254.169.254:80. */
export type MetadataService = (node: string) => Promise<Socket>;

/** One node: its host network, and the pods on it as agents on the node see them. */
class SandboxNode implements NodeHost {
  readonly name: string;
  readonly channels = new Map<string, unknown>();
  readonly network: FabricNetwork;
  readonly place: NetworkPlace;
  readonly #pods = new Map<string, LocalPod>();
  readonly #listeners = new Set<() => void>();

  constructor(name: string, place: NetworkPlace, network: FabricNetwork) {
    this.name = name;
    this.place = place;
    this.network = network;
  }

  pods(): readonly LocalPod[] {
    return [...this.#pods.values()];
  }

  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  join(pod: LocalPod): Disposable {
    this.#pods.set(pod.uid, pod);
    this.#notify();
    return {
      [Symbol.dispose]: () => {
        this.#pods.delete(pod.uid);
        this.#notify();
      },
    };
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** The nodes of one cluster, and where each of its pods runs. */
export class Nodes implements AsyncDisposable {
  readonly #fabric: Fabric;
  readonly #services: () => ServiceTable;
  readonly #metadata: MetadataService;
  readonly #nodes = new Map<string, SandboxNode>();
  readonly #pods = new Map<
    string,
    { node: string; place: NetworkPlace; namespace: string; name: string; uid: string }
  >();

  constructor(fabric: Fabric, services: () => ServiceTable, metadata: MetadataService) {
    this.#fabric = fabric;
    this.#services = services;
    this.#metadata = metadata;
  }

  add(name: string, place: NetworkPlace): void {
    const network = new FabricNetwork(this.#fabric, place, this.#around(name, 'kube-system'));
    this.#nodes.set(name, new SandboxNode(name, { ...place, nodeName: name, hostNetwork: true }, network));
  }

  async remove(name: string): Promise<void> {
    const node = this.#nodes.get(name);
    this.#nodes.delete(name);
    await node?.network[Symbol.asyncDispose]();
  }

  place(name: string): NetworkPlace {
    return this.#node(name).place;
  }

  /** An address of the node's interface for a pod, as the VPC CNI assigns it. */
  attach(pod: { namespace: string; name: string; uid: string }, nodeName: string): NetworkPlace {
    const { eniId, ip: nodeIp } = this.#node(nodeName).place;
    const place = { eniId, ip: this.#fabric.assignIp(eniId), nodeName };
    const { publicIps } = this.#fabric.interfaces.get(eniId) ?? {};
    const shown = publicIps?.get(nodeIp);
    if (shown !== undefined) publicIps?.set(place.ip, shown); // outside of the VPC, pods are seen as their node
    this.#pods.set(pod.uid, { ...pod, node: nodeName, place });
    return place;
  }

  detach(uid: string): void {
    const pod = this.#pods.get(uid);
    this.#pods.delete(uid);
    if (pod && this.#fabric.interfaces.has(pod.place.eniId)) this.#fabric.unassignIp(pod.place.eniId, pod.place.ip);
  }

  /** Where a workload `cluster/namespace/pod` runs. */
  placementOf(spec: WorkloadSpec): Placement {
    const [, namespace = '', name = ''] = spec.id.split('/');
    const node = this.#node(spec.network.nodeName ?? '');
    if (spec.network.hostNetwork)
      return { around: this.#around(node.name, namespace), node, hostNetwork: node.network };
    const uid = [...this.#pods].find(([, pod]) => pod.namespace === namespace && pod.name === name)?.[0] ?? spec.id;
    return {
      around: this.#around(node.name, namespace),
      node,
      joined: (network) => node.join({ namespace, name, uid, network }),
    };
  }

  #around(node: string, namespace: string): NetworkSurroundings {
    return {
      resolve: (name) => this.#services().resolve(name, namespace),
      serviceEndpoint: (ip, port) => this.#services().endpoint(ip, port, node),
      linkLocal: (ip, port) =>
        ip === '169.254.169.254' && port === 80
          ? this.#metadata(node)
          : this.#nodes.get(node)?.network.linkLocalPort(ip, port),
    };
  }

  #node(name: string): SandboxNode {
    const node = this.#nodes.get(name);
    if (!node) throw new Error(`no node ${name}`);
    return node;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#nodes.keys()].map((name) => this.remove(name)));
  }
}
