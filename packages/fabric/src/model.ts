/**
 * The network's objects as EC2 knows them. They are plain and mutable: the EC2 and load balancer handlers write them,
 * and every connection attempt evaluates what they say at that moment.
 */
import type { SecurityRule } from '@meshbed/policy/network';

export interface Owned {
  id: string;
  /** Account. */
  ownerId: string;
  region: string;
  tags: Map<string, string>;
}

export interface Vpc extends Owned {
  cidr: string;
  state: 'pending' | 'available';
  dnsSupport: boolean;
  dnsHostnames: boolean;
  isDefault: boolean;
}

export interface Subnet extends Owned {
  vpcId: string;
  cidr: string;
  /** Availability zone, `us-east-2a`. */
  zone: string;
  state: 'pending' | 'available';
  mapPublicIpOnLaunch: boolean;
}

export interface InternetGateway extends Owned {
  vpcId: string | undefined;
}

/** `id` is the allocation, `eipalloc-…`. */
export interface ElasticIp extends Owned {
  publicIp: string;
  eniId?: string;
  associationId?: string;
}

export interface NatGateway extends Owned {
  vpcId: string;
  subnetId: string;
  allocationId: string;
  eniId: string;
  privateIp: string;
  publicIp: string;
  state: 'pending' | 'available' | 'failed' | 'deleting' | 'deleted';
  createdAtMs: number;
  deletedAtMs?: number;
  failureCode?: string;
  failureMessage?: string;
}

export type RouteTarget = { kind: 'local' } | { kind: 'internet-gateway' | 'nat-gateway' | 'peering'; id: string };

/** Whether it is active or a blackhole is not stored: see `routeState`. */
export interface Route {
  /** CIDR. */
  destination: string;
  target: RouteTarget;
  origin: 'CreateRouteTable' | 'CreateRoute';
}

export interface RouteTableAssociation {
  /** `rtbassoc-…` */
  id: string;
  subnetId?: string;
  main: boolean;
}

export interface RouteTable extends Owned {
  vpcId: string;
  routes: Route[];
  associations: RouteTableAssociation[];
}

export interface SecurityGroupRule extends SecurityRule {
  description?: string;
  tags: Map<string, string>;
}

export interface SecurityGroup extends Owned {
  vpcId: string;
  name: string;
  description: string;
  rules: SecurityGroupRule[];
}

export type InterfaceType = 'interface' | 'nat_gateway' | 'network_load_balancer';

export interface NetworkInterface extends Owned {
  vpcId: string;
  subnetId: string;
  /** Private addresses, the primary one first. */
  ips: string[];
  /** Empty means unfiltered, as NAT gateways and load balancers without groups are. */
  groupIds: string[];
  /** Private address → public address. */
  publicIps: Map<string, string>;
  description: string;
  interfaceType: InterfaceType;
  requesterManaged: boolean;
  requesterId?: string;
  attachment?: { id: string; instanceId?: string; ownerId: string };
  createdAtMs: number;
}

export interface Peering extends Owned {
  accepterVpcId: string;
  accepterOwnerId: string;
  requesterVpcId: string;
  requesterOwnerId: string;
  status:
    | 'initiating-request'
    | 'pending-acceptance'
    | 'provisioning'
    | 'active'
    | 'failed'
    | 'rejected'
    | 'deleting'
    | 'deleted'
    | 'expired';
  message: string;
}

/** Everything that decides about a connection. */
export interface NetworkState {
  readonly vpcs: ReadonlyMap<string, Vpc>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly internetGateways: ReadonlyMap<string, InternetGateway>;
  readonly natGateways: ReadonlyMap<string, NatGateway>;
  readonly routeTables: ReadonlyMap<string, RouteTable>;
  readonly securityGroups: ReadonlyMap<string, SecurityGroup>;
  readonly interfaces: ReadonlyMap<string, NetworkInterface>;
  readonly peerings: ReadonlyMap<string, Peering>;
}
