/** What AKS needs from the rest of the sandbox. */

/** The Kubernetes side of AKS clusters. */
export interface KubernetesHost {
  createCluster(cluster: HostedCluster): Promise<{ endpoint: string; certificateAuthorityData: string }>;
  deleteCluster(id: string): Promise<void>;
  addNode(node: HostedNode): Promise<void>;
  removeNode(cluster: string, name: string): Promise<void>;
}

export interface HostedCluster {
  /** Resource id in lower case: names may repeat in other resource groups. */
  id: string;
  name: string;
  /** `1.32` */
  version: string;
  location: string;
  /** The API server's name on the Internet. */
  fqdn: string;
  /** The network of the nodes, a VPC of the fabric. */
  networkId: string;
  /** Of service addresses: the first two numbers of a /16, `10.0`. */
  serviceNetwork: string;
  /** Who has the token is an administrator: what the kubeconfigs of listCluster…Credential carry. */
  tokens: readonly string[];
  frontends: ServiceFrontends;
}

export interface HostedNode {
  /** Id of the cluster. */
  cluster: string;
  /** `aks-nodepool1-12345678-vmss000000` */
  name: string;
  vmSize: string;
  /** `eastus-1`, or `0` without availability zones. */
  zone: string;
  location: string;
  eniId: string;
  ip: string;
  pool: string;
  mode: 'System' | 'User';
  /** `azure:///subscriptions/…/virtualMachines/0` */
  providerId: string;
  labels: Readonly<Record<string, string>>;
}

/** What the cluster's cloud controller asks of the load balancer `kubernetes` in the node resource group. */
export interface ServiceFrontends {
  ensure(frontend: ServiceFrontend): Promise<{ ip: string } | { pending: string }>;
  remove(uid: string): Promise<void>;
}

export interface ServiceFrontend {
  /** Of the Service. */
  uid: string;
  /** `namespace/name` */
  service: string;
  ports: readonly { name: string; port: number }[];
  /** With an address of the virtual network instead of a public one. */
  internal: boolean;
  /** The ready pods behind a port of the service, now. */
  targets(port: number): readonly { ip: string; port: number }[];
}
