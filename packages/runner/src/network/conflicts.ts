import { DescribeVpcPeeringConnectionsCommand, type VpcPeeringConnectionVpcInfo } from '@aws-sdk/client-ec2';
import type { AwsClients } from '@meshbed/clients/aws';
import { MeshbedError } from '@meshbed/core';
import { cidrsOverlap, parseCidr } from '@meshbed/policy/network';
import { filter } from '../aws/tags.ts';
import type { RunContext } from '../run/context.ts';
import { eksCidr, externalCidr, externalNetwork } from './plan.ts';
import { livePeerings } from './peering.ts';
import { eksVpcName, findVpc } from './vpc.ts';

/** A network that is there, or will be. */
interface Side {
  aws: AwsClients;
  name: string;
  cidr: string;
  /** Undefined when it is still to be made. */
  vpcId: string | undefined;
}

/**
 * Before anything is made: the two networks must be told apart by their addresses, and by those of every network that
 * either is peered with already; a route could otherwise lead to only one of the two.
 * @throws MeshbedError `cloud/cidr-conflict` that names the networks and the peering
 */
export async function refuseConflicts(run: Pick<RunContext, 'local' | 'aws' | 'configuration'>): Promise<void> {
  const [eks, external] = await Promise.all([
    sideOf(run, run.local, { name: eksVpcName(run.configuration), cidr: eksCidr }),
    sideOf(run, run.aws('external'), { name: externalNetwork.vpc, cidr: externalCidr }),
  ]);
  if (overlap(eks.cidr, external.cidr)) {
    throw new MeshbedError('cloud/cidr-conflict', `${shown(eks)} and ${shown(external)} overlap`, {
      object: [eks.vpcId, external.vpcId].filter(Boolean).join(', '),
      likely: 'networks with overlapping addresses can not be peered',
      next: 'delete the VPC that is not needed, or change its address range',
    });
  }
  await Promise.all([refusePeerings(external, eks), refusePeerings(eks, external)]);
}

async function sideOf(
  { configuration }: Pick<RunContext, 'configuration'>,
  aws: AwsClients,
  { name, cidr }: { name: string; cidr: string },
): Promise<Side> {
  const vpc = await findVpc(aws, name, configuration);
  return { aws, name, cidr: vpc?.CidrBlock ?? cidr, vpcId: vpc?.VpcId };
}

/** A network that `own` is peered with must not look like the `other` that it is to be peered with. */
async function refusePeerings(own: Side, other: Side): Promise<void> {
  if (own.vpcId === undefined) return;
  for (const role of ['requester', 'accepter'] as const) {
    const Filters = [filter(`${role}-vpc-info.vpc-id`, own.vpcId), filter('status-code', ...livePeerings)];
    const { VpcPeeringConnections = [] } = await own.aws.ec2.send(
      new DescribeVpcPeeringConnectionsCommand({ Filters }),
    );
    for (const { VpcPeeringConnectionId: id, RequesterVpcInfo, AccepterVpcInfo } of VpcPeeringConnections) {
      const peer = role === 'requester' ? AccepterVpcInfo : RequesterVpcInfo;
      if (conflicts(peer, other)) throw peeringConflict({ id, own, other, peer });
    }
  }
}

function conflicts(peer: VpcPeeringConnectionVpcInfo | undefined, other: Side): boolean {
  return peer?.CidrBlock !== undefined && peer.VpcId !== other.vpcId && overlap(peer.CidrBlock, other.cidr);
}

interface Conflict {
  id: string | undefined;
  own: Side;
  other: Side;
  peer: VpcPeeringConnectionVpcInfo | undefined;
}

function peeringConflict({ id = '', own, other, peer }: Conflict): MeshbedError {
  const { VpcId, OwnerId, CidrBlock } = peer ?? {};
  return new MeshbedError(
    'cloud/cidr-conflict',
    `${shown(own)} is already peered with ${VpcId} (${CidrBlock}, account ${OwnerId}), which overlaps with ${shown(other)}`,
    {
      object: id,
      likely: 'a peering that an earlier cluster left behind',
      next: `aws ec2 delete-vpc-peering-connection --vpc-peering-connection-id ${id}`,
    },
  );
}

const overlap = (one: string, other: string) => cidrsOverlap(parseCidr(one), parseCidr(other));
const shown = ({ name, vpcId, cidr }: Side) => `${name} (${vpcId === undefined ? '' : `${vpcId}, `}${cidr})`;
