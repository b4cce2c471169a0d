import type { NetworkInterface, Owned, Peering } from '../model.ts';
import type { Verdict } from '../verdict.ts';
import { arrive } from './arrive.ts';
import { filter } from './filter.ts';
import { describeRoute, lookUpRoute } from './tables.ts';
import type { Trip } from './trip.ts';

/** Inside one VPC: only security groups are in the way. */
export function throughLocal(trip: Trip): Verdict {
  const { network, source, to } = trip;
  const destination = interfaceAt(trip, source.vpcId);
  return (
    filter(trip, 'egress', source, { ip: to.ip, groupIds: destination?.groupIds ?? [] }) ??
    (destination
      ? enter(trip, destination, source.groupIds)
      : unused(trip, network.vpcs.get(source.vpcId), source.vpcId))
  );
}

/** To the VPC on the other side of an active peering: group references work within a region, and the way back must exist. */
export function throughPeering(trip: Trip, peeringId: string): Verdict {
  const { network, source, to } = trip;
  const peering = network.peerings.get(peeringId)!;
  const vpcId = otherVpc(peering, source.vpcId);
  const destination = interfaceAt(trip, vpcId);
  const referable = destination?.region === source.region;
  const blocked = filter(trip, 'egress', source, { ip: to.ip, groupIds: referable ? destination.groupIds : [] });
  if (blocked) return blocked;
  trip.allow(
    'peering',
    peering,
    `peering ${peering.id} is active and leads to ${vpcId} of account ${ownerOf(peering, vpcId)}`,
  );
  if (!destination) return unused(trip, network.vpcs.get(vpcId), vpcId);
  return returnRoute(trip, destination, peeringId) ?? enter(trip, destination, referable ? source.groupIds : []);
}

function enter(trip: Trip, destination: NetworkInterface, groupIds: readonly string[]): Verdict {
  const blocked = filter(trip, 'ingress', destination, { ip: trip.sourceIp, groupIds });
  return blocked ?? arrive(trip, destination, trip.to.ip);
}

function returnRoute(trip: Trip, { subnetId, ownerId }: NetworkInterface, peeringId: string): Verdict | undefined {
  const lookup = lookUpRoute(trip.network, subnetId, trip.sourceIp);
  const by = lookup.table ?? { id: subnetId, ownerId };
  if (!lookup.found) return trip.drop('return-route-missing', 'route-table', by, `no way back: ${lookup.reason}`);
  const { route, table } = lookup;
  if (route.target.kind === 'peering' && route.target.id === peeringId) {
    trip.allow('route-table', table, `the way back: ${lookup.reason}`);
    return undefined;
  }
  const reason = `no way back: route ${describeRoute(route)} in ${table.id} takes answers to ${trip.sourceIp} elsewhere than ${peeringId}`;
  return trip.drop('return-route-missing', 'route-table', table, reason);
}

function unused(trip: Trip, vpc: Owned | undefined, vpcId: string): Verdict {
  const by = vpc ?? { id: vpcId, ownerId: '' };
  return trip.drop('address-unused', 'address', by, `no interface in ${vpcId} has the address ${trip.to.ip}`);
}

/** Asked for every connection: there may be hundreds of interfaces. */
function interfaceAt({ network, to }: Trip, vpcId: string): NetworkInterface | undefined {
  for (const candidate of network.interfaces.values())
    if (candidate.vpcId === vpcId && candidate.ips.includes(to.ip)) return candidate;
  return undefined;
}

const otherVpc = ({ accepterVpcId, requesterVpcId }: Peering, vpcId: string) =>
  vpcId === requesterVpcId ? accepterVpcId : requesterVpcId;

const ownerOf = ({ accepterVpcId, accepterOwnerId, requesterOwnerId }: Peering, vpcId: string) =>
  vpcId === accepterVpcId ? accepterOwnerId : requesterOwnerId;
