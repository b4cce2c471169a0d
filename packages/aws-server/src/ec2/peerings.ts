import type { Peering, Vpc } from '@meshbed/fabric';
import { cidrsOverlap, parseCidr } from '@meshbed/policy/network';
import type { Context } from '../context.ts';
import { Ec2State } from './state.ts';

const live = new Set<Peering['status']>(['initiating-request', 'pending-acceptance', 'provisioning', 'active']);
export const isLive = ({ status }: Peering): boolean => live.has(status);

export interface PeeringRequest {
  vpc: Vpc;
  peerVpcId: string;
  peerOwnerId: string;
  peerRegion: string;
  tags: Map<string, string>;
}

/** A request for a peering; it reaches the other side, or fails when the two can't be joined. */
export function requestPeering(context: Context, { vpc, tags, ...peer }: PeeringRequest): Peering {
  const { world, account, region } = context;
  const peering: Peering = {
    id: `pcx-${world.ids.hex(17)}`,
    ownerId: account,
    region,
    tags,
    requesterVpcId: vpc.id,
    requesterOwnerId: account,
    accepterVpcId: peer.peerVpcId,
    accepterOwnerId: peer.peerOwnerId,
    status: 'initiating-request',
    message: `Initiating Request to ${peer.peerOwnerId}`,
  };
  world.fabric.peerings.set(peering.id, peering);
  const problem = obstacle(context, vpc, peer);
  followPeering(context, peering, () => {
    if (problem === undefined) return;
    peering.status = 'failed';
    peering.message = problem;
  });
  return peering;
}

/** Why the two VPCs can't be joined. */
function obstacle(
  { world: { fabric } }: Context,
  vpc: Vpc,
  { peerVpcId, peerOwnerId, peerRegion }: Omit<PeeringRequest, 'vpc' | 'tags'>,
): string | undefined {
  const peer = fabric.vpcs.get(peerVpcId);
  if (!peer || peer.ownerId !== peerOwnerId || peer.region !== peerRegion) {
    return 'Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range';
  }
  if (!cidrsOverlap(parseCidr(vpc.cidr), parseCidr(peer.cidr))) return undefined;
  return `Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range (${vpc.cidr} and ${peer.cidr})`;
}

const messages: Partial<Record<Peering['status'], (peering: Peering) => string>> = {
  'pending-acceptance': ({ accepterOwnerId }) => `Pending Acceptance by ${accepterOwnerId}`,
  provisioning: () => 'Provisioning',
  active: () => 'Active',
  deleted: ({ message }) => message,
};

/** Lets time take its course from the present status; `entered` may overrule the next one. */
export function followPeering({ world }: Context, peering: Peering, entered: () => void = () => undefined): void {
  const begun = peering.status;
  world.transitions.follow('vpc-peering', begun, (next) => {
    if (peering.status !== begun) return undefined;
    peering.status = next as Peering['status'];
    peering.message = messages[peering.status]?.(peering) ?? peering.message;
    entered();
    world.fabric.reroute();
    return undefined;
  });
}

/** Each side tags its own view of a peering. */
export function peeringTags(context: Context, peering: Peering): Map<string, string> {
  if (peering.requesterOwnerId === context.account) return peering.tags;
  const { peeringTags: mine } = context.state(Ec2State);
  const tags = mine.get(peering.id) ?? new Map<string, string>();
  mine.set(peering.id, tags);
  return tags;
}

/** What the caller sees: its requests at once, those of others when they have arrived. */
export const visiblePeerings = ({ account, world }: Context): Peering[] =>
  [...world.fabric.peerings.values()].filter(
    ({ requesterOwnerId, accepterOwnerId, status }) =>
      requesterOwnerId === account ||
      (accepterOwnerId === account && status !== 'initiating-request' && status !== 'failed'),
  );
