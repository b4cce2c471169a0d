import type { AwsServer, HostedCluster, HostedNode, KubernetesHost, ServiceAccountSubject } from '@meshbed/aws-server';
import { MeshbedError } from '@meshbed/core';
import type { KubeCluster } from '@meshbed/kube-server';
import { type AddonStatus, installAddon, removeAddon } from '../addons.ts';
import { type ClusterBase, HostedKubernetes } from '../hosted.ts';
import { addonObjects } from './addons.ts';
import { eksCloud } from './cloud.ts';
import { InstanceMetadata } from './metadata.ts';

export interface EksHostOptions extends ClusterBase {
  aws: () => AwsServer;
  caPem: string;
  /** Told of clusters as they come and go: the kubeconfig follows. */
  added: (cluster: KubeCluster) => void;
  removed: (name: string) => void;
}

interface EksCluster {
  facts: HostedCluster;
  hosted: HostedKubernetes;
  /** Node → role of its instance. */
  nodeRoles: Map<string, string>;
}

/** Runs the Kubernetes side of EKS clusters. */
export class EksHost implements KubernetesHost, AsyncDisposable {
  readonly #options: EksHostOptions;
  readonly #clusters = new Map<string, EksCluster>();
  #metadata: InstanceMetadata | undefined;

  constructor(options: EksHostOptions) {
    this.#options = options;
  }

  async createCluster(facts: HostedCluster): Promise<{ endpoint: string; certificateAuthorityData: string }> {
    const { caPem, added, fabric } = this.#options;
    const aws = this.#options.aws();
    const instances = (this.#metadata ??= new InstanceMetadata(aws));
    const nodeRoles = new Map<string, string>();
    const metadata = (node: string) => instances.connect(nodeRoles.get(node) ?? '', node);
    const hosted = await HostedKubernetes.start(eksCloud(facts, { fabric, aws, metadata }), this.#options);
    this.#clusters.set(facts.name, { facts, hosted, nodeRoles });
    added(hosted.cluster);
    return { endpoint: hosted.cluster.server, certificateAuthorityData: Buffer.from(caPem).toString('base64') };
  }

  async deleteCluster(name: string): Promise<void> {
    const cluster = this.#clusters.get(name);
    this.#clusters.delete(name);
    this.#options.removed(name);
    await cluster?.hosted[Symbol.asyncDispose]();
  }

  async addNode({ cluster, name, eniId, ip, zone, instanceType, instanceId, ...node }: HostedNode): Promise<void> {
    const { hosted, nodeRoles } = this.#find(cluster);
    nodeRoles.set(name, node.nodeRoleArn);
    hosted.addNode({
      name,
      eniId,
      ip,
      zone,
      instanceType,
      providerId: `aws:///${zone}/${instanceId}`,
      labels: {
        ...Object.fromEntries(node.labels),
        'eks.amazonaws.com/nodegroup': node.nodeGroup,
        'eks.amazonaws.com/capacityType': node.capacityType,
      },
    });
  }

  removeNode(cluster: string, name: string): Promise<void> {
    return this.#clusters.get(cluster)?.hosted.removeNode(name) ?? Promise.resolve();
  }

  async addonChanged(cluster: string, addon: string, present: boolean): Promise<AddonStatus> {
    const { hosted, facts } = this.#find(cluster);
    const change = present ? installAddon : removeAddon;
    const { store, gitVersion } = hosted.cluster;
    return change(store, addonObjects[addon]?.({ ...facts, gitVersion }) ?? []);
  }

  verifyServiceAccountToken(cluster: string, token: string, audience: string): ServiceAccountSubject | undefined {
    const identity = this.#clusters.get(cluster)?.hosted.cluster.verifyToken(token, audience);
    if (!identity?.pod) return undefined;
    const { namespace, serviceAccount, pod, podUid = '' } = identity;
    return { namespace, serviceAccount, pod, podUid };
  }

  #find(name: string): EksCluster {
    const cluster = this.#clusters.get(name);
    if (!cluster) throw new MeshbedError('bug/cluster', `no Kubernetes cluster ${name} runs in the sandbox`);
    return cluster;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#clusters.keys()].map((name) => this.deleteCluster(name)));
    await this.#metadata?.[Symbol.asyncDispose]();
  }
}
