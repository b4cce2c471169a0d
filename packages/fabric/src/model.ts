/**
 * The network's objects as EC2 knows them; Azure's virtual networks are VPCs here, whose owner is a subscription. They
 * are plain and mutable: the clouds' handlers write them, and every connection attempt evaluates what they say at that moment.
 */
import type * as network from '@meshbed/policy/network';

export interface Owned extends network.Owned {
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

export interface Subnet extends Owned, network.Subnet {
  cidr: string;
  /** Availability zone, `us-east-2a`. */
  zone: string;
  state: 'pending' | 'available';
  mapPublicIpOnLaunch: boolean;
}

export type InternetGateway = Owned & network.InternetGateway;

/** `id` is the allocation, `eipalloc-…`. */
export interface ElasticIp extends Owned {
  publicIp: string;
  eniId?: string;
  associationId?: string;
}

export interface NatGateway extends Owned, network.NatGateway {
  vpcId: string;
  allocationId: string;
  eniId: string;
  privateIp: string;
  createdAtMs: number;
  deletedAtMs?: number;
  failureCode?: string;
  failureMessage?: string;
}

export type RouteTarget =
  | { kind: 'local' | 'internet' }
  | { kind: 'internet-gateway' | 'nat-gateway' | 'peering'; id: string };

export interface OutboundRule extends Owned, network.OutboundRule {
  interfaceIds: string[];
}

export interface Route extends network.Route {
  target: RouteTarget;
  origin: 'CreateRouteTable' | 'CreateRoute';
}

export interface RouteTableAssociation {
  /** `rtbassoc-…` */
  id: string;
  subnetId?: string;
  main: boolean;
}

export interface RouteTable extends Owned, network.RouteTable {
  routes: Route[];
  associations: RouteTableAssociation[];
}

export interface SecurityGroupRule extends network.SecurityRule {
  description?: string;
  tags: Map<string, string>;
}

export interface SecurityGroup extends Owned, network.SecurityGroup {
  vpcId: string;
  name: string;
  description: string;
  rules: SecurityGroupRule[];
}

export type InterfaceType = 'interface' | 'nat_gateway' | 'network_load_balancer' | 'load_balancer_frontend';

export interface NetworkInterface extends Owned, network.NetworkInterface {
  ips: string[];
  groupIds: string[];
  publicIps: Map<string, string>;
  description: string;
  interfaceType: InterfaceType;
  requesterManaged: boolean;
  requesterId?: string;
  attachment?: { id: string; instanceId?: string; ownerId: string };
  createdAtMs: number;
}

export interface Peering extends Owned, network.Peering {
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
