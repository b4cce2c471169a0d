import type { AwsServer, HostedCluster, HostedNode } from '@meshbed/aws-server';
import type { Fabric } from '@meshbed/fabric';
import type { KubeCluster, KubeServer, NewObject } from '@meshbed/kube-server';
import { clusterImages } from '../catalogue.ts';
import type { Runtime } from '../runtime/index.ts';
import { type AddonStatus, installAddon, removeAddon } from './addons/index.ts';
import type { InstanceMetadata } from './metadata.ts';
import { Nodes } from './nodes.ts';
import { clusterOptions } from './options.ts';
import { ServiceTable } from './service-table.ts';

export interface HostedOptions {
  fabric: Fabric;
  kube: KubeServer;
  aws: AwsServer;
  runtime: Runtime;
  metadata: InstanceMetadata;
}

/** One EKS cluster as it runs in the sandbox: its API inside the VPC, its nodes, its add-ons. */
export class HostedKubernetes implements AsyncDisposable {
  readonly #options: HostedOptions;
  readonly #created: HostedCluster;
  readonly #nodes: Nodes;
  readonly #nodeRoles = new Map<string, string>();
  readonly #listeners: AsyncDisposable[] = [];
  #cluster: KubeCluster | undefined;
  #services: ServiceTable | undefined;

  private constructor(created: HostedCluster, options: HostedOptions) {
    this.#created = created;
    this.#options = options;
    const credentials = (node: string) => options.metadata.connect(this.#nodeRoles.get(node) ?? '', node);
    this.#nodes = new Nodes(options.fabric, () => this.services, credentials);
  }

  static async start(created: HostedCluster, options: HostedOptions): Promise<HostedKubernetes> {
    const hosted = new HostedKubernetes(created, options);
    await hosted.#start();
    return hosted;
  }

  async #start(): Promise<void> {
    const { fabric, kube } = this.#options;
    const images = clusterImages(() => this.services);
    this.#cluster = await kube.addCluster(
      clusterOptions(this.#created, { ...this.#options, nodes: this.#nodes, images }),
    );
    const { store } = this.#cluster;
    this.#services = new ServiceTable(store);
    for (const at of this.#created.controlPlane) {
      const listening = await fabric.listen({ ...at, port: 443 }, (socket) => this.cluster.accept(socket));
      this.#listeners.push(listening);
    }
    store.create(apiServerEndpoints(this.#created));
  }

  get cluster(): KubeCluster {
    if (!this.#cluster) throw new Error(`cluster ${this.#created.name} has not started`);
    return this.#cluster;
  }

  get services(): ServiceTable {
    if (!this.#services) throw new Error(`cluster ${this.#created.name} has not started`);
    return this.#services;
  }

  addNode(node: HostedNode): void {
    this.#nodes.add(node.name, { eniId: node.eniId, ip: node.ip });
    this.#nodeRoles.set(node.name, node.nodeRoleArn);
    this.cluster.addNode({
      name: node.name,
      ip: node.ip,
      zone: node.zone,
      instanceType: node.instanceType,
      providerId: `aws:///${node.zone}/${node.instanceId}`,
      labels: { 'eks.amazonaws.com/nodegroup': node.nodeGroup, 'eks.amazonaws.com/capacityType': 'ON_DEMAND' },
    });
  }

  async removeNode(name: string): Promise<void> {
    this.cluster.removeNode(name);
    await this.#nodes.remove(name);
  }

  addonChanged(addon: string, present: boolean): AddonStatus {
    const change = present ? installAddon : removeAddon;
    return change(this.cluster.store, addon, this.#created);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#options.kube.removeCluster(this.#created.name);
    await Promise.all(this.#listeners.map((listener) => listener[Symbol.asyncDispose]()));
    await this.#nodes[Symbol.asyncDispose]();
  }
}

/** Where the `kubernetes` service leads: to the control plane's interfaces. */
function apiServerEndpoints({ controlPlane }: HostedCluster): NewObject {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    addressType: 'IPv4',
    endpoints: controlPlane.map(({ ip }) => ({ addresses: [ip], conditions: { ready: true } })),
    ports: [{ name: 'https', port: 443, protocol: 'TCP' }],
  } as NewObject;
}
