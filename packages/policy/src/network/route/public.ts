import { containsIp } from '../cidr.ts';
import { nameOf, type NatGateway, type NetworkInterface } from '../model.ts';
import type { Endpoint, Verdict } from '../verdict.ts';
import { arrive } from './arrive.ts';
import { filter } from './filter.ts';
import { describeRoute, lookUpRoute, routeState } from './tables.ts';
import type { Deciding, OutsideHost, Trip } from './trip.ts';

/** Straight out: the source needs a public address of its own. */
export function throughInternetGateway(trip: Trip, gatewayId: string): Verdict {
  const { network, source, to } = trip;
  const gateway = network.internetGateways.get(gatewayId)!;
  const blocked = filter(trip, 'egress', source, { ip: to.ip, groupIds: [] });
  const refused = blocked ?? privateDestination(trip, 'internet-gateway', gateway);
  if (refused) return refused;
  const publicIp = source.publicIps.get(trip.sourceIp);
  if (publicIp === undefined) {
    const reason = `Internet gateway ${gatewayId} drops packets of ${trip.sourceIp}: it has no public address on interface ${source.id}`;
    return trip.drop('public-address-missing', 'internet-gateway', gateway, reason);
  }
  trip.allow('internet-gateway', gateway, `Internet gateway ${gatewayId} sends ${trip.sourceIp} out as ${publicIp}`);
  return acrossInternet(trip, publicIp);
}

/** Out through a NAT gateway, which needs a way to the Internet from its own subnet. */
export function throughNatGateway(trip: Trip, gatewayId: string): Verdict {
  const { network, source, to } = trip;
  const gateway = network.natGateways.get(gatewayId)!;
  const blocked = filter(trip, 'egress', source, { ip: to.ip, groupIds: [] });
  const refused = blocked ?? privateDestination(trip, 'nat-gateway', gateway);
  if (refused) return refused;
  if (gateway.state !== 'available') {
    const reason = `NAT gateway ${gatewayId} is ${gateway.state}, not available`;
    return trip.drop('nat-gateway-unavailable', 'nat-gateway', gateway, reason);
  }
  const stuck = natWayOut(trip, gateway);
  if (stuck) return stuck;
  trip.allow('nat-gateway', gateway, `NAT gateway ${gatewayId} translates ${trip.sourceIp} to ${gateway.publicIp}`);
  return acrossInternet(trip, gateway.publicIp);
}

function natWayOut(trip: Trip, gateway: NatGateway): Verdict | undefined {
  const lookup = lookUpRoute(trip.network, gateway.subnetId, trip.to.ip);
  if (!lookup.found) return natWithoutInternet(trip, gateway, lookup.reason);
  const { table, route } = lookup;
  const toInternet = route.target.kind === 'internet-gateway' && routeState(trip.network, table, route) === 'active';
  if (!toInternet)
    return natWithoutInternet(
      trip,
      gateway,
      `route ${describeRoute(route)} in ${table.id} does not lead to an attached Internet gateway`,
    );
  return undefined;
}

function natWithoutInternet(trip: Trip, gateway: NatGateway, why: string): Verdict {
  const reason = `NAT gateway ${gateway.id} in subnet ${gateway.subnetId} has no way to the Internet: ${why}`;
  return trip.drop('nat-gateway-without-internet', 'nat-gateway', gateway, reason);
}

/** Azure's way out: under the interface's own public address, or that of a load balancer with an outbound rule. */
export function throughInternet(trip: Trip): Verdict {
  const { network, source, to } = trip;
  const by = { id: source.vpcId, ownerId: source.ownerId };
  const blocked = filter(trip, 'egress', source, { ip: to.ip, groupIds: [] });
  const refused = blocked ?? privateDestination(trip, 'address', by);
  if (refused) return refused;
  const own = source.publicIps.get(trip.sourceIp);
  if (own !== undefined) {
    trip.allow('interface', source, `interface ${nameOf(source.id)} sends ${trip.sourceIp} out as ${own}`);
    return acrossInternet(trip, own);
  }
  const rule = [...(network.outboundRules?.values() ?? [])].find(({ interfaceIds }) =>
    interfaceIds.includes(source.id),
  );
  if (!rule) {
    const reason = `interface ${nameOf(source.id)} has no public address, and no load balancer has an outbound rule for it`;
    return trip.drop('public-address-missing', 'interface', source, reason);
  }
  trip.allow('outbound-rule', rule, `outbound rule ${nameOf(rule.id)} translates ${trip.sourceIp} to ${rule.publicIp}`);
  return acrossInternet(trip, rule.publicIp);
}

/** Beyond the gateways: another interface's public address, or a host outside all VPCs. */
function acrossInternet(trip: Trip, sourceIp: string): Verdict {
  trip.sourceIp = sourceIp;
  const { network, to } = trip;
  const host = network.host(to.ip);
  if (host) return arriveAtHost(trip, host);
  const interfaces = [...network.interfaces.values()];
  const destination = interfaces.find(({ publicIps }) => [...publicIps.values()].includes(to.ip));
  return destination ? enterFromInternet(trip, destination) : nobody(trip);
}

function arriveAtHost(trip: Trip, { names, ports }: OutsideHost): Verdict {
  const { ip, port } = trip.to;
  const name = names[0] ?? ip;
  const endpoint: Endpoint = { kind: 'host', name, ip, port };
  const by = { id: name, ownerId: '' };
  return ports.has(port)
    ? trip.connected(endpoint, by, `host ${name} (${ip}) listens on port ${port}`)
    : trip.refused(endpoint, by, `host ${name} (${ip}) does not listen on port ${port}`);
}

function enterFromInternet(trip: Trip, destination: NetworkInterface): Verdict {
  const privateIp = [...destination.publicIps].find(([, publicIp]) => publicIp === trip.to.ip)![0];
  return (
    wayBack(trip, destination) ??
    filter(trip, 'ingress', destination, { ip: trip.sourceIp, groupIds: [] }) ??
    arrive(trip, destination, privateIp)
  );
}

/** A public address works only from a subnet whose answers leave through the VPC's own Internet gateway. */
function wayBack(trip: Trip, { id, vpcId, subnetId, ownerId }: NetworkInterface): Verdict | undefined {
  const lookup = lookUpRoute(trip.network, subnetId, trip.sourceIp);
  if (lookup.found && lookup.route.target.kind === 'internet') {
    trip.allow('address', { id: trip.to.ip, ownerId }, `${trip.to.ip} leads to interface ${nameOf(id)}`);
    return undefined;
  }
  const gateway = [...trip.network.internetGateways.values()].find((candidate) => candidate.vpcId === vpcId);
  if (!gateway) {
    const reason = `${trip.to.ip} belongs to interface ${id}, but ${vpcId} has no Internet gateway`;
    return trip.drop('internet-gateway-missing', 'internet-gateway', { id: vpcId, ownerId }, reason);
  }
  if (lookup.found && lookup.route.target.kind === 'internet-gateway' && lookup.route.target.id === gateway.id) {
    trip.allow('internet-gateway', gateway, `Internet gateway ${gateway.id} brings ${trip.to.ip} to interface ${id}`);
    return undefined;
  }
  const by = lookup.table ?? { id: subnetId, ownerId };
  const why = lookup.found
    ? `route ${describeRoute(lookup.route)} in ${by.id} takes answers elsewhere than ${gateway.id}`
    : lookup.reason;
  return trip.drop('return-route-missing', 'route-table', by, `no way back: ${why}`);
}

/** RFC 1918, shared and link-local space. */
const privateBlocks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'];

function privateDestination(
  trip: Trip,
  what: 'internet-gateway' | 'nat-gateway' | 'address',
  gateway: Deciding,
): Verdict | undefined {
  const { ip } = trip.to;
  if (!privateBlocks.some((block) => containsIp(block, ip))) return undefined;
  const reason = `${gateway.id} drops packets for the private address ${ip}: a more specific route to its VPC (a peering?) is missing`;
  return trip.drop('private-address', what, gateway, reason);
}

function nobody(trip: Trip): Verdict {
  const { ip } = trip.to;
  return trip.drop(
    'address-unused',
    'address',
    { id: ip, ownerId: '' },
    `nobody on the Internet has the address ${ip}`,
  );
}
