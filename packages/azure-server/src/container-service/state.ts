import type { Resource } from '../arm/resource.ts';
import type { ClusterLoadBalancer } from '../network/cluster-load-balancer.ts';
import type { NetworkSecurityGroup } from '../network/security-groups.ts';
import type { VmSize } from './sizes.ts';

export type ProvisioningState = 'Creating' | 'Updating' | 'Deleting' | 'Succeeded' | 'Failed';

export interface NodeRecord {
  name: string;
  eniId: string;
}

export interface PoolRecord {
  name: string;
  count: number;
  size: VmSize;
  mode: 'System' | 'User';
  /** `1`, `2`, `3`; empty without availability zones. */
  zones: readonly string[];
  labels: Readonly<Record<string, string>>;
  /** Of a virtual network of the user; undefined: AKS makes one. */
  subnetId: string | undefined;
  state: ProvisioningState;
  /** `aks-nodepool1-12345678-vmss` */
  scaleSet: string;
  /** Number of the next machine. */
  next: number;
  nodes: NodeRecord[];
  /** What was asked for and only has to be shown again. */
  echo: Readonly<Record<string, unknown>>;
}

/** What the cluster has in its node resource group and network. */
export interface ClusterNetwork {
  networkId: string;
  securityGroup: NetworkSecurityGroup;
  balancer: ClusterLoadBalancer;
}

export interface ClusterRecord extends Resource {
  subscription: string;
  /** Id of its resource group. */
  group: string;
  state: ProvisioningState;
  /** Why it is Failed. */
  error: { code: string; message: string } | undefined;
  /** `1.32` */
  version: string;
  dnsPrefix: string;
  fqdn: string;
  nodeGroup: string;
  /** Eight digits that the names of its machines carry. */
  digits: string;
  pools: PoolRecord[];
  tokens: { user: string; admin: string };
  network: ClusterNetwork | undefined;
  /** Known once the API answers. */
  host: { endpoint: string; certificateAuthorityData: string } | undefined;
  echo: Readonly<Record<string, unknown>>;
}

/** By id without case. */
export type AksState = Map<string, ClusterRecord>;
