import type { HostedCluster, HostedNode, KubernetesHost } from '@meshbed/azure-server/hosts';
import { MeshbedError, type Profile } from '@meshbed/core';
import type { KubeCluster, User } from '@meshbed/kube-server';
import { NetworkError } from '../../runtime/errors.ts';
import { installAddon } from '../addons.ts';
import { type ClusterCloud, pulls } from '../cloud.ts';
import { type ClusterBase, HostedKubernetes } from '../hosted.ts';
import { systemObjects } from './addons.ts';
import { aksLoadBalancers } from './load-balancers.ts';

export interface AksHostOptions extends ClusterBase {
  profile: Profile;
  caPem: string;
  /** Told of clusters as they come and go: the kubeconfig follows. */
  added: (cluster: KubeCluster) => void;
  removed: (name: string) => void;
}

/** Runs the Kubernetes side of AKS clusters. */
export class AksHost implements KubernetesHost, AsyncDisposable {
  readonly #options: AksHostOptions;
  readonly #clusters = new Map<string, HostedKubernetes>();

  constructor(options: AksHostOptions) {
    this.#options = options;
  }

  async createCluster(facts: HostedCluster): Promise<{ endpoint: string; certificateAuthorityData: string }> {
    const { caPem, added, kube, profile } = this.#options;
    // Two clusters of one API server need two names; in Azure their names may be the same.
    const name = kube.clusters.has(facts.name) ? (facts.fqdn.split('.')[0] ?? facts.fqdn) : facts.name;
    const hosted = await HostedKubernetes.start(aksCloud(facts, { name, profile }), this.#options);
    this.#clusters.set(facts.id, hosted);
    installAddon(hosted.cluster.store, systemObjects(facts.serviceNetwork));
    added(hosted.cluster);
    return { endpoint: hosted.cluster.server, certificateAuthorityData: Buffer.from(caPem).toString('base64') };
  }

  async deleteCluster(id: string): Promise<void> {
    const hosted = this.#clusters.get(id);
    this.#clusters.delete(id);
    if (!hosted) return;
    this.#options.removed(hosted.cluster.name);
    await hosted[Symbol.asyncDispose]();
  }

  async addNode({ cluster, name, vmSize, location, pool, mode, labels, ...node }: HostedNode): Promise<void> {
    this.#find(cluster).addNode({
      ...node,
      name,
      instanceType: vmSize,
      labels: {
        'topology.kubernetes.io/region': location,
        'kubernetes.azure.com/agentpool': pool,
        'kubernetes.azure.com/mode': mode.toLowerCase(),
        agentpool: pool,
        ...labels,
      },
    });
  }

  removeNode(cluster: string, name: string): Promise<void> {
    return this.#clusters.get(cluster)?.removeNode(name) ?? Promise.resolve();
  }

  #find(id: string): HostedKubernetes {
    const hosted = this.#clusters.get(id);
    if (!hosted) throw new MeshbedError('bug/cluster', `no Kubernetes cluster ${id} runs in the sandbox`);
    return hosted;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#clusters.keys()].map((id) => this.deleteCluster(id)));
  }
}

/** What makes an API server an AKS cluster: its control plane is Azure's, outside of the nodes' network. */
function aksCloud(facts: HostedCluster, { name, profile }: { name: string; profile: Profile }): ClusterCloud {
  const { version, serviceNetwork, fqdn, networkId, tokens, frontends } = facts;
  return {
    name,
    version,
    serviceNetwork,
    publicName: fqdn,
    vpcId: networkId,
    controlPlane: [],
    metadata: (node) => Promise.reject(new NetworkError('ECONNREFUSED', `no instance metadata is served to ${node}`)),
    imagePullMs: pulls(profile),
    loadBalancers: aksLoadBalancers(frontends),
    authenticate: (token) => Promise.resolve(tokens.includes(token) ? administrator : undefined),
  };
}

/** The subject of the certificates in AKS's own kubeconfigs. */
const administrator: User = { username: 'masterclient', groups: ['system:masters', 'system:authenticated'] };
