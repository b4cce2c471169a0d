import type { HostedCluster, HostedNode, KubernetesHost, ServiceAccountSubject } from '../hosts.ts';

/** Remembers what EKS asked for. */
export class FakeKubernetes implements KubernetesHost {
  readonly clusters: Map<string, HostedCluster> = new Map();
  readonly nodes: Map<string, HostedNode> = new Map();
  /** `cluster/addon` */
  readonly addons: Set<string> = new Set();
  /** Token → whom it was issued to. */
  readonly tokens: Map<string, ServiceAccountSubject> = new Map();

  async createCluster(cluster: HostedCluster): Promise<{ endpoint: string; certificateAuthorityData: string }> {
    this.clusters.set(cluster.name, cluster);
    return { endpoint: `https://127.0.0.1:6443/clusters/${cluster.name}`, certificateAuthorityData: 'Q0E=' };
  }

  async deleteCluster(name: string): Promise<void> {
    this.clusters.delete(name);
  }

  async addNode(node: HostedNode): Promise<void> {
    this.nodes.set(node.name, node);
  }

  async removeNode(_cluster: string, name: string): Promise<void> {
    this.nodes.delete(name);
  }

  async addonChanged(cluster: string, addon: string, present: boolean): Promise<{ healthy: () => boolean }> {
    const key = `${cluster}/${addon}`;
    if (present) this.addons.add(key);
    else this.addons.delete(key);
    return { healthy: () => addon !== 'coredns' || this.nodes.size > 0 };
  }

  verifyServiceAccountToken(_cluster: string, token: string, audience: string): ServiceAccountSubject | undefined {
    return audience === 'pods.eks.amazonaws.com' ? this.tokens.get(token) : undefined;
  }
}
