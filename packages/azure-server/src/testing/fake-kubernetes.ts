import type { HostedCluster, HostedNode, KubernetesHost } from '../hosts.ts';

/** Remembers what AKS asked of it. */
export class FakeKubernetes implements KubernetesHost {
  readonly clusters: Map<string, HostedCluster> = new Map();
  readonly nodes: Map<string, HostedNode> = new Map();

  async createCluster(cluster: HostedCluster): Promise<{ endpoint: string; certificateAuthorityData: string }> {
    this.clusters.set(cluster.id, cluster);
    return { endpoint: 'https://127.0.0.1:1/clusters/fake', certificateAuthorityData: 'Y2E=' };
  }

  async deleteCluster(id: string): Promise<void> {
    this.clusters.delete(id);
  }

  async addNode(node: HostedNode): Promise<void> {
    this.nodes.set(node.name, node);
  }

  async removeNode(_cluster: string, name: string): Promise<void> {
    this.nodes.delete(name);
  }
}
