import {
  AcceptVpcPeeringConnectionCommand,
  CreateTagsCommand,
  CreateVpcPeeringConnectionCommand,
  DescribeVpcPeeringConnectionsCommand,
  type VpcPeeringConnection,
} from '@aws-sdk/client-ec2';
import type { AwsClients } from '@meshbed/clients/aws';
import { MeshbedError, ready, waiting, type Progress } from '@meshbed/core';
import { filter, tagged } from '../aws/tags.ts';
import type { StepContext } from '../steps/types.ts';

export interface PeeringSide {
  aws: AwsClients;
  vpcId: string;
}

export interface WantedPeering {
  name: string;
  requester: PeeringSide;
  accepter: PeeringSide;
}

/** Peerings that are in force or on their way; others stay listed for hours. */
export const livePeerings: readonly string[] = ['initiating-request', 'pending-acceptance', 'provisioning', 'active'];

/** Requested by the one account, accepted by the other; returns its id when it is active. */
export async function ensurePeering(step: StepContext, wanted: WantedPeering): Promise<string> {
  const { name, requester, accepter } = wanted;
  const find = async () => {
    const Filters = [
      filter('requester-vpc-info.vpc-id', requester.vpcId),
      filter('accepter-vpc-info.vpc-id', accepter.vpcId),
      filter('status-code', ...livePeerings),
    ];
    const { VpcPeeringConnections = [] } = await requester.aws.ec2.send(
      new DescribeVpcPeeringConnectionsCommand({ Filters }),
    );
    return VpcPeeringConnections[0];
  };
  const { VpcPeeringConnectionId: id = '' } = await step.ensure<VpcPeeringConnection>({
    kind: 'VPC peering',
    name,
    find,
    create: () => request(step, wanted),
  });
  await ensureAccepted(step, { id, name, accepter });
  await step.wait({
    what: `VPC peering ${id}`,
    timeoutMs: 5 * 60_000,
    next: `aws ec2 describe-vpc-peering-connections --vpc-peering-connection-ids ${id}`,
    condition: async () => progressOf(id, await findPeering(requester, id), ['active']),
  });
  return id;
}

async function request(step: StepContext, { name, requester, accepter }: WantedPeering): Promise<VpcPeeringConnection> {
  const { VpcPeeringConnection: requested } = await requester.aws.ec2.send(
    new CreateVpcPeeringConnectionCommand({
      VpcId: requester.vpcId,
      PeerVpcId: accepter.vpcId,
      PeerOwnerId: accepter.aws.access.id,
      PeerRegion: accepter.aws.access.region,
      TagSpecifications: tagged('vpc-peering-connection', name, step.configuration),
    }),
  );
  return requested as VpcPeeringConnection;
}

interface Acceptance {
  id: string;
  name: string;
  accepter: PeeringSide;
}

async function ensureAccepted(step: StepContext, { id, name, accepter }: Acceptance): Promise<void> {
  const { ec2 } = accepter.aws;
  const find = () => findPeering(accepter, id);
  await step.wait({
    what: `request of VPC peering ${id}`,
    timeoutMs: 5 * 60_000,
    condition: async () => progressOf(id, await find(), ['pending-acceptance', 'provisioning', 'active']),
  });
  await step.ensure<string>({
    kind: 'acceptance of VPC peering',
    name,
    async find() {
      const code = (await find())?.Status?.Code;
      return code === 'pending-acceptance' ? undefined : code;
    },
    async create() {
      await ec2.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId: id }));
      // Each side has tags of its own.
      const [{ Tags = [] } = {}] = tagged('vpc-peering-connection', name, step.configuration);
      await ec2.send(new CreateTagsCommand({ Resources: [id], Tags }));
      return 'provisioning';
    },
  });
}

/** Undefined while the side doesn't see it yet. */
async function findPeering({ aws }: PeeringSide, id: string): Promise<VpcPeeringConnection | undefined> {
  const Filters = [filter('vpc-peering-connection-id', id)];
  const { VpcPeeringConnections = [] } = await aws.ec2.send(new DescribeVpcPeeringConnectionsCommand({ Filters }));
  return VpcPeeringConnections[0];
}

/** @throws MeshbedError `cloud/peering-failed` */
function progressOf(
  id: string,
  peering: VpcPeeringConnection | undefined,
  wanted: readonly string[],
): Progress<VpcPeeringConnection> {
  const { Code = 'not visible yet', Message } = peering?.Status ?? {};
  if (peering && wanted.includes(Code)) return ready(peering);
  if (peering && !livePeerings.includes(Code)) {
    throw new MeshbedError('cloud/peering-failed', `the VPC peering is ${Code}${Message ? `: ${Message}` : ''}`, {
      object: id,
      likely: 'the address ranges of the two VPCs overlap, or the other account did not accept',
      next: `aws ec2 describe-vpc-peering-connections --vpc-peering-connection-ids ${id}`,
    });
  }
  return waiting(`VPC peering ${id} is ${Code}`);
}
