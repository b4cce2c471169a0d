import type * as EC2 from '@aws-sdk/client-ec2';
import type { Peering } from '@meshbed/fabric';
import type { Context } from '../../context.ts';
import { AwsError } from '../../errors.ts';
import type { ServiceParts } from '../../service.ts';
import { describe, nextToken } from '../describe.ts';
import type { FilterTable } from '../filters.ts';
import { missing } from '../kinds.ts';
import { find } from '../objects.ts';
import { followPeering, isLive, peeringTags, requestPeering, visiblePeerings } from '../peerings.ts';
import { acting, creating, reading } from '../rules.ts';
import { shownTags, tagsFor } from '../tags.ts';

const cidrOf = ({ world: { fabric } }: Context, vpcId: string) => fabric.vpcs.get(vpcId)?.cidr;

/** The other side's block is shown when it has accepted. */
const accepterCidr = (context: Context, { accepterVpcId, accepterOwnerId, status }: Peering) =>
  accepterOwnerId === context.account || status === 'active' ? cidrOf(context, accepterVpcId) : undefined;

const side = (
  region: string,
  OwnerId: string,
  VpcId: string,
  cidr: string | undefined,
): EC2.VpcPeeringConnectionVpcInfo => ({
  OwnerId,
  VpcId,
  Region: region,
  CidrBlock: cidr,
  CidrBlockSet: cidr === undefined ? [] : [{ CidrBlock: cidr }],
});

const shapeOf = (context: Context, peering: Peering): EC2.VpcPeeringConnection => {
  const { id, region, requesterOwnerId, requesterVpcId, accepterOwnerId, accepterVpcId, status, message } = peering;
  return {
    VpcPeeringConnectionId: id,
    RequesterVpcInfo: side(region, requesterOwnerId, requesterVpcId, cidrOf(context, requesterVpcId)),
    AccepterVpcInfo: side(region, accepterOwnerId, accepterVpcId, accepterCidr(context, peering)),
    Status: { Code: status, Message: message },
    Tags: shownTags(peeringTags(context, peering)),
  };
};

const filters = (context: Context): FilterTable<Peering> => ({
  'vpc-peering-connection-id': ({ id }) => id,
  'status-code': ({ status }) => status,
  'status-message': ({ message }) => message,
  'requester-vpc-info.vpc-id': ({ requesterVpcId }) => requesterVpcId,
  'requester-vpc-info.owner-id': ({ requesterOwnerId }) => requesterOwnerId,
  'requester-vpc-info.cidr-block': ({ requesterVpcId }) => cidrOf(context, requesterVpcId),
  'accepter-vpc-info.vpc-id': ({ accepterVpcId }) => accepterVpcId,
  'accepter-vpc-info.owner-id': ({ accepterOwnerId }) => accepterOwnerId,
  'accepter-vpc-info.cidr-block': (peering) => accepterCidr(context, peering),
});

function peeringOf(context: Context, id: string | undefined): Peering {
  const peering = visiblePeerings(context).find((candidate) => candidate.id === id);
  if (!peering) throw missing('vpc-peering-connection', id);
  return peering;
}

const wrongState = (code: string, verb: string, { id, status }: Peering) =>
  new AwsError(code, `VPC peering connection ${id} can't be ${verb} because it is in the ${status} state`);

function create(input: EC2.CreateVpcPeeringConnectionCommandInput, context: Context): Peering {
  const tags = tagsFor('vpc-peering-connection', input.TagSpecifications);
  const vpc = find(context, 'vpc', input.VpcId);
  const {
    PeerVpcId: peerVpcId,
    PeerOwnerId: peerOwnerId = context.account,
    PeerRegion: peerRegion = context.region,
  } = input;
  if (peerVpcId === undefined)
    throw new AwsError('MissingParameter', 'The request must contain the parameter peerVpcId');
  if (peerOwnerId === context.account) find(context, 'vpc', peerVpcId);
  const pair = [vpc.id, peerVpcId].toSorted().join();
  const present = visiblePeerings(context).find(
    (peering) => isLive(peering) && [peering.requesterVpcId, peering.accepterVpcId].toSorted().join() === pair,
  );
  if (present?.status === 'active' || present?.status === 'provisioning') {
    throw new AwsError(
      'VpcPeeringConnectionAlreadyExists',
      `A VPC peering connection already exists between these VPCs: ${present.id}`,
    );
  }
  return present ?? requestPeering(context, { vpc, peerVpcId, peerOwnerId, peerRegion, tags });
}

/** The accepter's side of a request that waits for it. */
function pending(context: Context, id: string | undefined, verb: string): Peering {
  const peering = peeringOf(context, id);
  if (peering.accepterOwnerId !== context.account) {
    const message = `User ${context.account} cannot ${verb} peering ${peering.id}`;
    throw new AwsError('OperationNotPermitted', message);
  }
  if (peering.status !== 'pending-acceptance') throw wrongState('InvalidStateTransition', `${verb}ed`, peering);
  return peering;
}

type OptionsInput = EC2.ModifyVpcPeeringConnectionOptionsCommandInput;

/** The options that a call would set, each with the account that may. */
const sidesOf = (input: OptionsInput, { requesterOwnerId, accepterOwnerId }: Peering) =>
  (
    [
      [requesterOwnerId, input.RequesterPeeringConnectionOptions],
      [accepterOwnerId, input.AccepterPeeringConnectionOptions],
    ] as const
  ).filter(([, options]) => options !== undefined);

/** Names resolve the same on both sides here: turning that on would be a promise not kept. */
function refuseDns(options: EC2.PeeringConnectionOptionsRequest = {}): void {
  const wanted = Object.entries(options).find(([, value]) => value === true);
  if (wanted) throw new AwsError('UnsupportedOperation', `The option ${wanted[0]} is not supported by this sandbox.`);
}

export const peeringOperations: ServiceParts<typeof EC2> = {
  handlers: {
    CreateVpcPeeringConnection: (input, context) => ({
      VpcPeeringConnection: shapeOf(context, create(input, context)),
    }),
    AcceptVpcPeeringConnection({ VpcPeeringConnectionId }, context) {
      const peering = pending(context, VpcPeeringConnectionId, 'accept');
      peering.status = 'provisioning';
      peering.message = 'Provisioning';
      followPeering(context, peering);
      return { VpcPeeringConnection: shapeOf(context, peering) };
    },
    RejectVpcPeeringConnection({ VpcPeeringConnectionId }, context) {
      const peering = pending(context, VpcPeeringConnectionId, 'reject');
      peering.status = 'rejected';
      peering.message = `Rejected by ${context.account}`;
      return { Return: true };
    },
    DescribeVpcPeeringConnections(input, context) {
      const items = visiblePeerings(context).map((peering) => ({ ...peering, tags: peeringTags(context, peering) }));
      const { items: page, next } = describe(
        { kind: 'vpc-peering-connection', items, filters: filters(context) },
        {
          ids: input.VpcPeeringConnectionIds,
          filters: input.Filters,
          nextToken: input.NextToken,
          maxResults: input.MaxResults,
        },
      );
      return { VpcPeeringConnections: page.map((peering) => shapeOf(context, peering)), ...nextToken(next) };
    },
    ModifyVpcPeeringConnectionOptions(input, context) {
      const peering = peeringOf(context, input.VpcPeeringConnectionId);
      if (peering.status !== 'active') throw wrongState('OperationNotPermitted', 'modified', peering);
      for (const [owner, options] of sidesOf(input, peering)) {
        if (owner !== context.account) {
          const message = `User ${context.account} cannot modify the options of account ${owner} for peering ${peering.id}`;
          throw new AwsError('OperationNotPermitted', message);
        }
        refuseDns(options);
      }
      return {};
    },
    DeleteVpcPeeringConnection({ VpcPeeringConnectionId }, context) {
      const peering = peeringOf(context, VpcPeeringConnectionId);
      if (!isLive(peering)) throw wrongState('InvalidStateTransition', 'deleted', peering);
      peering.status = 'deleting';
      peering.message = `Deleted by ${context.account}`;
      followPeering(context, peering);
      return { Return: true };
    },
  },
  rules: {
    CreateVpcPeeringConnection: creating(
      'vpc-peering-connection',
      'CreateVpcPeeringConnection',
      'VpcId PeerVpcId PeerOwnerId PeerRegion TagSpecifications',
      (input: EC2.CreateVpcPeeringConnectionCommandInput) => input.VpcId,
    ),
    AcceptVpcPeeringConnection: acting('VpcPeeringConnectionId', (input) => input.VpcPeeringConnectionId),
    RejectVpcPeeringConnection: acting('VpcPeeringConnectionId', (input) => input.VpcPeeringConnectionId),
    DescribeVpcPeeringConnections: reading('VpcPeeringConnectionIds Filters NextToken MaxResults'),
    ModifyVpcPeeringConnectionOptions: acting(
      'VpcPeeringConnectionId RequesterPeeringConnectionOptions AccepterPeeringConnectionOptions',
      (input: OptionsInput) => input.VpcPeeringConnectionId,
    ),
    DeleteVpcPeeringConnection: acting('VpcPeeringConnectionId', (input) => input.VpcPeeringConnectionId),
  },
};
