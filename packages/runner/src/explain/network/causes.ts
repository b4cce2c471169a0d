/** What a verdict of the network comes down to: the object to change, and the command that does. */
import {
  cidrsOverlap,
  describeRoute,
  type Lookup,
  lookUpRoute,
  parseCidr,
  type Peering,
  type RouteTable,
  type Verdict,
} from '@meshbed/policy/network';
import { aws, openPort } from '../commands.ts';
import type { Facts, Interface } from '../facts/types.ts';
import type { Cause, CauseReason } from '../types.ts';
import { closedInAzure, isAzure } from './azure.ts';
import { interfaceAt, type Way } from './ways.ts';

type Failed = Exclude<Verdict, { kind: 'connected' }>;
type Finding = Omit<Cause, 'account'> & { account?: string };

export function networkCause(facts: Facts, way: Way, verdict: Failed): Cause {
  const { by } = verdict;
  const reason: CauseReason = verdict.kind === 'refused' ? 'no-endpoint' : verdict.reason;
  const finding = findings[reason]?.(facts, way, verdict) ?? { reason, object: by.object, says: by.reason, fix: [] };
  return { account: by.ownerId, ...finding };
}

type Explain = (facts: Facts, way: Way, verdict: Failed) => Finding | undefined;

const findings: Partial<Record<CauseReason, Explain>> = {
  'security-group-ingress': closedGroup,
  'security-group-egress': closedGroup,
  'blackhole-route': blackhole,
  'route-missing': (facts, way, { by }) => missingRoute(facts, way, by.reason),
  // A default route took the packet to a gateway: what it lacks is a route of its own.
  'private-address': (facts, way) => missingRoute(facts, way),
  'return-route-missing': missingReturn,
  'address-unused': ambiguousAddress,
};

function closedGroup(facts: Facts, { from, to }: Way, { by }: Failed): Finding {
  if (isAzure(by.object)) return closedInAzure(by, to.port);
  const { network } = facts;
  const groups = by.object.split(',');
  const incoming = 'reason' in by && by.reason.includes('ingress');
  const destination = interfaceAt(network, to.ip, from.interface);
  const peer = incoming ? { ip: from.ip, interface: from.interface } : { ip: to.ip, interface: destination };
  const direction = incoming ? 'ingress' : 'egress';
  return {
    reason: `security-group-${direction}`,
    object: by.object,
    account: network.securityGroups.get(groups[0] ?? '')?.ownerId ?? by.ownerId,
    says: by.reason,
    fix: [openPort(facts, { direction, groupId: groups[0] ?? '', port: to.port, peer })],
  };
}

function blackhole(facts: Facts, { from, to }: Way, { by }: Failed): Finding | undefined {
  const lookup = lookUpRoute(facts.network, from.interface.subnetId, to.ip);
  if (!lookup.found || lookup.route.target.kind !== 'peering') return undefined;
  const peering = facts.network.peerings.get(lookup.route.target.id);
  if (peering?.status !== 'pending-acceptance') return endedPeering(facts, { from, to }, { by, lookup });
  return {
    reason: 'peering-not-accepted',
    object: peering.id,
    account: peering.accepterOwnerId,
    says: `${by.reason}: account ${peering.accepterOwnerId} has not accepted it`,
    fix: [accept(facts, peering)],
  };
}

interface Found {
  by: Failed['by'];
  lookup: Extract<Lookup, { found: true }>;
}

/** The route is to lead to another peering of the two networks, or to one that nobody has made yet. */
function endedPeering(facts: Facts, { from, to }: Way, { by, lookup: { table, route } }: Found): Finding {
  const destination = interfaceAt(facts.network, to.ip, from.interface);
  const other = destination && peeringOf(facts, from.interface.vpcId, destination.vpcId);
  const replace = `ec2 replace-route --route-table-id ${table.id} --destination-cidr-block ${route.destination} --vpc-peering-connection-id`;
  const create = destination ? [createPeering(facts, from.interface, destination)] : [];
  const fix = other ? [aws(facts, table.ownerId, `${replace} ${other.id}`)] : create;
  return { reason: 'blackhole-route', object: table.id, account: table.ownerId, says: by.reason, fix };
}

const accept = (facts: Facts, { id, accepterOwnerId }: Peering) =>
  aws(facts, accepterOwnerId, `ec2 accept-vpc-peering-connection --vpc-peering-connection-id ${id}`);

function missingRoute(facts: Facts, { from, to }: Way, says?: string): Finding | undefined {
  const { network } = facts;
  const { table } = lookUpRoute(network, from.interface.subnetId, to.ip);
  const destination = interfaceAt(network, to.ip, from.interface);
  if (!table || !destination) return undefined;
  const cidr = network.vpcs.get(destination.vpcId)?.cidr ?? `${to.ip}/32`;
  const default_ = `route table ${table.id} of subnet ${from.interface.subnetId} has no route to ${cidr} of ${destination.vpcId}`;
  return routeFinding(facts, {
    reason: 'route-missing',
    table,
    cidr,
    says: says ?? `${default_}: its default route takes packets for ${to.ip} to the Internet`,
    ends: [from.interface, destination],
  });
}

function missingReturn(facts: Facts, { from, to }: Way, { by }: Failed): Finding | undefined {
  const { network } = facts;
  const destination = interfaceAt(network, to.ip, from.interface);
  const { table } = destination ? lookUpRoute(network, destination.subnetId, from.ip) : { table: undefined };
  if (!table || !destination) return undefined;
  const cidr = network.vpcs.get(from.interface.vpcId)?.cidr ?? `${from.ip}/32`;
  const ends = [destination, from.interface] as const;
  return routeFinding(facts, { reason: 'return-route-missing', table, cidr, says: by.reason, ends });
}

interface MissingRoute {
  reason: 'route-missing' | 'return-route-missing';
  table: RouteTable;
  /** Of the VPC that the route is to lead to. */
  cidr: string;
  says: string;
  ends: readonly [near: Interface, far: Interface];
}

function routeFinding(facts: Facts, { reason, table, cidr, says, ends }: MissingRoute): Finding {
  const [near, far] = ends;
  const peering = peeringOf(facts, near.vpcId, far.vpcId);
  const fix = peering
    ? [
        ...(peering.status === 'pending-acceptance' ? [accept(facts, peering)] : []),
        aws(
          facts,
          table.ownerId,
          `ec2 create-route --route-table-id ${table.id} --destination-cidr-block ${cidr} --vpc-peering-connection-id ${peering.id}`,
        ),
      ]
    : [createPeering(facts, near, far)];
  return { reason, object: table.id, account: table.ownerId, says, fix };
}

const createPeering = (facts: Facts, near: Interface, far: Interface) =>
  aws(
    facts,
    near.ownerId,
    `ec2 create-vpc-peering-connection --vpc-id ${near.vpcId} --peer-vpc-id ${far.vpcId} --peer-owner-id ${far.ownerId}`,
  );

/** The address is there, in a network that looks like the one that the packet was taken to. */
function ambiguousAddress({ network }: Facts, { from, to }: Way, { by }: Failed): Finding | undefined {
  const meant = interfaceAt(network, to.ip, from.interface);
  const [taken, other] = [network.vpcs.get(by.object), network.vpcs.get(meant?.vpcId ?? '')];
  if (!taken || !other || taken === other || !cidrsOverlap(parseCidr(taken.cidr), parseCidr(other.cidr)))
    return undefined;
  const lookup = lookUpRoute(network, from.interface.subnetId, to.ip);
  const route = lookup.found ? `route ${describeRoute(lookup.route)} in ${lookup.table.id}` : 'its route';
  return {
    reason: 'cidr-conflict',
    object: `${taken.id}, ${other.id}`,
    account: other.ownerId,
    says: `${route} takes packets for ${to.ip} to ${taken.id} (${taken.cidr}, account ${taken.ownerId}), but it is in ${other.id} (${other.cidr}, account ${other.ownerId}): their addresses overlap`,
    fix: ['delete the VPC that is not needed, or give one of them another address range'],
  };
}

const ended = new Set(['deleted', 'rejected', 'expired', 'failed', 'deleting']);

function peeringOf({ network }: Facts, a: string, b: string): Peering | undefined {
  return [...network.peerings.values()].find(
    ({ requesterVpcId, accepterVpcId, status }) =>
      !ended.has(status) && [requesterVpcId, accepterVpcId].toSorted().join() === [a, b].toSorted().join(),
  );
}
