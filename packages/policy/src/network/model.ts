/**
 * The network's objects, with the facts that decide about a connection: what a cloud's describe calls tell of them.
 * Those who keep more about them extend these.
 */
import type { SecurityRules } from './security-group.ts';

/** For sentences: Azure's ids are paths that end with it, machines have a number in their set. Those of AWS are as they are. */
export const nameOf = (id: string): string =>
  /virtualMachineScaleSets\/(.+)$/.exec(id)?.[1]?.replace('/virtualMachines', '') ?? id.slice(id.lastIndexOf('/') + 1);

export interface Owned {
  id: string;
  /** Account. */
  ownerId: string;
}

export interface Subnet extends Owned {
  vpcId: string;
}

export interface InternetGateway extends Owned {
  vpcId: string | undefined;
}

export interface NatGateway extends Owned {
  subnetId: string;
  publicIp: string;
  state: 'pending' | 'available' | 'failed' | 'deleting' | 'deleted';
}

/** Azure: connections of these interfaces to the Internet leave through a load balancer, under its address. */
export interface OutboundRule extends Owned {
  interfaceIds: readonly string[];
  publicIp: string;
}

export type RouteTarget =
  | { kind: 'local' }
  /** Azure: straight to the Internet, for what has a public address or an outbound rule. */
  | { kind: 'internet' }
  | { kind: 'internet-gateway' | 'nat-gateway' | 'peering'; id: string }
  /** What connections are not followed through, such as a transit gateway. */
  | { kind: 'unmodelled'; id: string };

/** Whether it is active or a blackhole is not stored: see `routeState`. */
export interface Route {
  /** CIDR. */
  destination: string;
  target: RouteTarget;
}

export interface RouteTable extends Owned {
  vpcId: string;
  routes: readonly Route[];
  associations: readonly { readonly subnetId?: string; readonly main: boolean }[];
}

export interface SecurityGroup extends SecurityRules, Owned {}

export interface NetworkInterface extends Owned {
  region: string;
  vpcId: string;
  subnetId: string;
  /** Private addresses, the primary one first. */
  ips: readonly string[];
  /** Empty means unfiltered, as NAT gateways and load balancers without groups are. */
  groupIds: readonly string[];
  /** Private address → public address. */
  publicIps: ReadonlyMap<string, string>;
  interfaceType: string;
}

export interface Peering extends Owned {
  accepterVpcId: string;
  accepterOwnerId: string;
  requesterVpcId: string;
  requesterOwnerId: string;
  /** As EC2 names it; only `active` lets anything pass. */
  status: string;
}

/** Everything that decides about a connection. */
export interface NetworkState {
  readonly vpcs: ReadonlyMap<string, Owned>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly internetGateways: ReadonlyMap<string, InternetGateway>;
  readonly natGateways: ReadonlyMap<string, NatGateway>;
  readonly routeTables: ReadonlyMap<string, RouteTable>;
  readonly securityGroups: ReadonlyMap<string, SecurityGroup>;
  readonly interfaces: ReadonlyMap<string, NetworkInterface>;
  readonly peerings: ReadonlyMap<string, Peering>;
  /** None in AWS. */
  readonly outboundRules?: ReadonlyMap<string, OutboundRule>;
}
