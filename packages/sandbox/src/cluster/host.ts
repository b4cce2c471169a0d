import type { AwsServer, HostedCluster, HostedNode, KubernetesHost, ServiceAccountSubject } from '@meshbed/aws-server';
import { MeshbedError } from '@meshbed/core';
import type { Fabric } from '@meshbed/fabric';
import type { KubeCluster, KubeServer } from '@meshbed/kube-server';
import type { Runtime } from '../runtime/index.ts';
import { HostedKubernetes } from './hosted.ts';
import { InstanceMetadata } from './metadata.ts';

export interface ClusterHostOptions {
  fabric: Fabric;
  kube: KubeServer;
  runtime: Runtime;
  aws: () => AwsServer;
  caPem: string;
  /** Told of clusters as they come and go: the kubeconfig follows. */
  added(cluster: KubeCluster): void;
  removed(name: string): void;
}

/** Runs the Kubernetes side of EKS clusters. */
export class ClusterHost implements KubernetesHost, AsyncDisposable {
  readonly #options: ClusterHostOptions;
  readonly #hosted = new Map<string, HostedKubernetes>();
  #metadata: InstanceMetadata | undefined;

  constructor(options: ClusterHostOptions) {
    this.#options = options;
  }

  async createCluster(cluster: HostedCluster): Promise<{ endpoint: string; certificateAuthorityData: string }> {
    const aws = this.#options.aws();
    const metadata = (this.#metadata ??= new InstanceMetadata(aws));
    const hosted = await HostedKubernetes.start(cluster, { ...this.#options, aws, metadata });
    this.#hosted.set(cluster.name, hosted);
    this.#options.added(hosted.cluster);
    const certificateAuthorityData = Buffer.from(this.#options.caPem).toString('base64');
    return { endpoint: hosted.cluster.server, certificateAuthorityData };
  }

  async deleteCluster(name: string): Promise<void> {
    const hosted = this.#hosted.get(name);
    this.#hosted.delete(name);
    this.#options.removed(name);
    await hosted?.[Symbol.asyncDispose]();
  }

  addNode(node: HostedNode): Promise<void> {
    this.#find(node.cluster).addNode(node);
    return Promise.resolve();
  }

  removeNode(cluster: string, name: string): Promise<void> {
    return this.#hosted.get(cluster)?.removeNode(name) ?? Promise.resolve();
  }

  addonChanged(cluster: string, addon: string, present: boolean): Promise<{ healthy: () => boolean }> {
    return Promise.resolve(this.#find(cluster).addonChanged(addon, present));
  }

  verifyServiceAccountToken(cluster: string, token: string, audience: string): ServiceAccountSubject | undefined {
    const identity = this.#hosted.get(cluster)?.cluster.verifyToken(token, audience);
    if (!identity?.pod) return undefined;
    const { namespace, serviceAccount, pod, podUid = '' } = identity;
    return { namespace, serviceAccount, pod, podUid };
  }

  #find(name: string): HostedKubernetes {
    const hosted = this.#hosted.get(name);
    if (!hosted) throw new MeshbedError('bug/cluster', `no Kubernetes cluster ${name} runs in the sandbox`);
    return hosted;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#hosted.keys()].map((name) => this.deleteCluster(name)));
    await this.#metadata?.[Symbol.asyncDispose]();
  }
}
