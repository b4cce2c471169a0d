import type { Fabric } from '@meshbed/fabric';
import type { KubeCluster, KubeServer, NewObject, NodeOptions } from '@meshbed/kube-server';
import { clusterImages } from '../catalogue.ts';
import type { Runtime } from '../runtime/index.ts';
import type { ClusterCloud } from './cloud.ts';
import { Nodes } from './nodes.ts';
import { clusterInfo, openPublicEndpoint } from './public-endpoint.ts';
import { ServiceTable } from './service-table.ts';

/** What clusters of all clouds run on. */
export interface ClusterBase {
  fabric: Fabric;
  kube: KubeServer;
  runtime: Runtime;
}

/** One cluster as it runs in the sandbox: its API inside and outside of its network, its nodes. */
export class HostedKubernetes implements AsyncDisposable {
  readonly #base: ClusterBase;
  readonly #cloud: ClusterCloud;
  readonly #nodes: Nodes;
  readonly #endpoints: AsyncDisposable[] = [];
  #cluster: KubeCluster | undefined;
  #services: ServiceTable | undefined;

  private constructor(cloud: ClusterCloud, base: ClusterBase) {
    this.#cloud = cloud;
    this.#base = base;
    this.#nodes = new Nodes(base.fabric, () => this.services, cloud.metadata);
  }

  static async start(cloud: ClusterCloud, base: ClusterBase): Promise<HostedKubernetes> {
    const hosted = new HostedKubernetes(cloud, base);
    await hosted.#start();
    return hosted;
  }

  async #start(): Promise<void> {
    const { fabric } = this.#base;
    const { controlPlane } = this.#cloud;
    const cluster = (this.#cluster = await this.#addCluster());
    this.#services = new ServiceTable(cluster.store);
    for (const at of controlPlane)
      this.#endpoints.push(await fabric.listen({ ...at, port: 443 }, (socket) => cluster.accept(socket)));
    const publicEndpoint = await openPublicEndpoint(fabric, cluster, this.#cloud);
    this.#endpoints.push(publicEndpoint);
    const addresses = controlPlane.length > 0 ? controlPlane.map(({ ip }) => ip) : [publicEndpoint.ip];
    for (const object of apiServerEndpoints(addresses)) cluster.store.create(object);
    cluster.store.create(clusterInfo(cluster, this.#cloud));
  }

  #addCluster(): Promise<KubeCluster> {
    const { kube, runtime } = this.#base;
    const nodes = this.#nodes;
    const images = clusterImages(() => this.services);
    return kube.addCluster({
      ...this.#cloud,
      runtime: runtime.for((spec) => nodes.placementOf(spec), images),
      podNetwork: {
        attach: (pod, node) => nodes.attach(pod, node),
        detach: (uid) => nodes.detach(uid),
        node: (name) => nodes.place(name),
      },
      imagePullProblem: (image, node) => {
        const pulled = runtime.pull(image, nodes.place(node), images);
        return 'problem' in pulled ? pulled.problem : undefined;
      },
    });
  }

  get cluster(): KubeCluster {
    if (!this.#cluster) throw new Error(`cluster ${this.#cloud.name} has not started`);
    return this.#cluster;
  }

  get services(): ServiceTable {
    if (!this.#services) throw new Error(`cluster ${this.#cloud.name} has not started`);
    return this.#services;
  }

  addNode({ eniId, ...node }: NodeOptions & { eniId: string }): void {
    this.#nodes.add(node.name, { eniId, ip: node.ip });
    this.cluster.addNode(node);
  }

  async removeNode(name: string): Promise<void> {
    this.cluster.removeNode(name);
    await this.#nodes.remove(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#base.kube.removeCluster(this.#cloud.name);
    await Promise.all(this.#endpoints.map((endpoint) => endpoint[Symbol.asyncDispose]()));
    await this.#nodes[Symbol.asyncDispose]();
  }
}

/** Where the `kubernetes` service leads. */
function apiServerEndpoints(ips: readonly string[]): NewObject[] {
  const place = { name: 'kubernetes', namespace: 'default' };
  const ports = [{ name: 'https', port: 443, protocol: 'TCP' }];
  return [
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...place, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      addressType: 'IPv4',
      endpoints: ips.map((ip) => ({ addresses: [ip], conditions: { ready: true } })),
      ports,
    },
    {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: place,
      subsets: [{ addresses: ips.map((ip) => ({ ip })), ports }],
    },
  ];
}
