import { longestPrefixMatch } from '../longest-prefix.ts';
import { nameOf, type NetworkState, type Route, type RouteTable, type RouteTarget } from '../model.ts';

/** The subnet's own table, or else its VPC's main one. */
export function routeTableOf(network: NetworkState, subnetId: string): RouteTable | undefined {
  const vpcId = network.subnets.get(subnetId)?.vpcId;
  const tables = [...network.routeTables.values()].filter((table) => table.vpcId === vpcId);
  const own = tables.find(({ associations }) => associations.some((association) => association.subnetId === subnetId));
  return own ?? tables.find(({ associations }) => associations.some(({ main }) => main));
}

/** A route is a blackhole when its target is gone or not attached, as DescribeRouteTables shows it. */
export function routeState(network: NetworkState, table: RouteTable, { target }: Route): 'active' | 'blackhole' {
  switch (target.kind) {
    case 'local':
    case 'internet':
    case 'unmodelled':
      return 'active';
    case 'internet-gateway':
      return network.internetGateways.get(target.id)?.vpcId === table.vpcId ? 'active' : 'blackhole';
    case 'nat-gateway':
      return ['pending', 'available'].includes(network.natGateways.get(target.id)?.state ?? '')
        ? 'active'
        : 'blackhole';
    case 'peering':
      return network.peerings.get(target.id)?.status === 'active' ? 'active' : 'blackhole';
  }
}

export type Lookup =
  | { found: true; table: RouteTable; route: Route; reason: string }
  | { found: false; table: RouteTable | undefined; reason: string };

/** What the routing of `subnetId` says about `ip`, with a sentence. */
export function lookUpRoute(network: NetworkState, subnetId: string, ip: string): Lookup {
  const table = routeTableOf(network, subnetId);
  if (!table) return { found: false, table, reason: `subnet ${subnetId} has no route table, and its VPC no main one` };
  const name = `route table ${table.id} of subnet ${nameOf(subnetId)}`;
  const route = longestPrefixMatch(table.routes, ip);
  if (route) return { found: true, table, route, reason: `route ${describeRoute(route)} in ${name} matches ${ip}` };
  const known = table.routes.map(({ destination }) => destination).join(', ') || 'none at all';
  return { found: false, table, reason: `${name} has no route to ${ip} (its routes: ${known})` };
}

/** `0.0.0.0/0 → igw-1` */
export function describeRoute({ destination, target }: Route): string {
  return `${destination} → ${targetId(target)}`;
}

export const targetId = (target: RouteTarget): string => ('id' in target ? target.id : target.kind);
