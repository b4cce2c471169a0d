import { nameOf, type NetworkInterface, type Route } from '../model.ts';
import type { Origin, Target, Verdict } from '../verdict.ts';
import { arrive } from './arrive.ts';
import { throughLocal, throughPeering } from './private.ts';
import { throughInternet, throughInternetGateway, throughNatGateway } from './public.ts';
import { describeRoute, lookUpRoute, routeState, targetId } from './tables.ts';
import { type NetworkView, Trip } from './trip.ts';

/**
 * Follows a connection attempt through the network, deciding at every object as the cloud does.
 * Pure: `dial` acts on the verdict and `explain` prints it, so that the two can't disagree.
 */
export function traceConnection(network: NetworkView, from: Origin, to: Target): Verdict {
  const source = network.interfaces.get(from.eniId);
  if (!source?.ips.includes(from.ip)) return sourceMissing(from);
  const trip = new Trip(network, source, from.ip, to);
  if (source.ips.includes(to.ip)) {
    trip.allow('interface', source, `${to.ip} is on interface ${nameOf(source.id)} itself: nothing filters it`);
    return arrive(trip, source, to.ip);
  }
  return leave(trip, source);
}

function leave(trip: Trip, source: NetworkInterface): Verdict {
  const lookup = lookUpRoute(trip.network, source.subnetId, trip.to.ip);
  if (!lookup.found) {
    const by = lookup.table ?? { id: source.subnetId, ownerId: source.ownerId };
    return trip.unreachable(lookup.table ? 'route-missing' : 'route-table-missing', by, lookup.reason);
  }
  const { table, route, reason } = lookup;
  if (routeState(trip.network, table, route) === 'blackhole') {
    const why = blackholeReason(trip.network, route);
    return trip.drop(
      'blackhole-route',
      'route-table',
      table,
      `route ${describeRoute(route)} in ${table.id} is a blackhole: ${why}`,
    );
  }
  trip.allow('route-table', table, reason);
  return follow(trip, route);
}

function follow(trip: Trip, { target }: Route): Verdict {
  switch (target.kind) {
    case 'local':
      return throughLocal(trip);
    case 'peering':
      return throughPeering(trip, target.id);
    case 'internet-gateway':
      return throughInternetGateway(trip, target.id);
    case 'nat-gateway':
      return throughNatGateway(trip, target.id);
    case 'internet':
      return throughInternet(trip);
    case 'unmodelled':
      return unmodelled(trip, target.id);
  }
}

function blackholeReason(network: NetworkView, { target }: Route): string {
  const id = targetId(target);
  switch (target.kind) {
    case 'peering':
      return `peering ${id} is ${network.peerings.get(id)?.status ?? 'gone'}, not active`;
    case 'nat-gateway':
      return `NAT gateway ${id} is ${network.natGateways.get(id)?.state ?? 'gone'}`;
    case 'internet-gateway':
      return `Internet gateway ${id} is ${network.internetGateways.has(id) ? 'not attached to this VPC' : 'gone'}`;
    case 'local':
    case 'internet':
    case 'unmodelled':
      return '';
  }
}

function unmodelled(trip: Trip, id: string): Verdict {
  const { ip } = trip.to;
  const reason = `the route to ${ip} leads to ${id}, which connections are not followed through here`;
  return trip.drop('target-unmodelled', 'route-table', { id, ownerId: trip.source.ownerId }, reason);
}

function sourceMissing({ eniId, ip }: Origin): Verdict {
  const reason = `interface ${eniId} with address ${ip} does not exist`;
  const by = { object: eniId, ownerId: '', what: 'interface', verdict: 'deny', reason } as const;
  return { kind: 'unreachable', reason: 'source-missing', by, hops: [by] };
}
