import type * as EC2 from '@aws-sdk/client-ec2';
import type { NatGateway } from '@meshbed/fabric';
import type { Context } from '../../context.ts';
import { AwsError } from '../../errors.ts';
import type { ServiceParts } from '../../service.ts';
import { describe, nextToken } from '../describe.ts';
import { addNatGateway, deleteNatGateway } from '../nat-gateways.ts';
import { find, own, tryFind } from '../objects.ts';
import { checkQuota } from '../quotas.ts';
import { acting, creating, reading } from '../rules.ts';
import { shownTags, tagsFor } from '../tags.ts';

const shapeOf = (nat: NatGateway): EC2.NatGateway => ({
  NatGatewayId: nat.id,
  VpcId: nat.vpcId,
  SubnetId: nat.subnetId,
  State: nat.state,
  ConnectivityType: 'public',
  CreateTime: new Date(nat.createdAtMs),
  DeleteTime: nat.deletedAtMs === undefined ? undefined : new Date(nat.deletedAtMs),
  FailureCode: nat.failureCode,
  FailureMessage: nat.failureMessage,
  NatGatewayAddresses: [
    {
      AllocationId: nat.allocationId,
      NetworkInterfaceId: nat.eniId,
      PrivateIp: nat.privateIp,
      PublicIp: nat.publicIp,
      IsPrimary: true,
      Status: nat.state === 'failed' ? 'failed' : 'succeeded',
    },
  ],
  Tags: shownTags(nat.tags),
});

/** How long what is gone is still listed. */
const listedMs = 3_600_000;

const listed = (context: Context): NatGateway[] =>
  own(context, 'natgateway').filter(
    ({ deletedAtMs }) => deletedAtMs === undefined || deletedAtMs + listedMs > context.world.clock.now(),
  );

/** What counts against the quota: whatever is not gone. */
const inZone = (context: Context, zone: string): NatGateway[] =>
  own(context, 'natgateway').filter(
    ({ state, subnetId }) =>
      (state === 'pending' || state === 'available' || state === 'deleting') &&
      tryFind(context, 'subnet', subnetId)?.zone === zone,
  );

export const natGatewayOperations: ServiceParts<typeof EC2> = {
  handlers: {
    CreateNatGateway(input, context) {
      if ((input.ConnectivityType ?? 'public') !== 'public') {
        throw new AwsError(
          'UnsupportedOperation',
          'The parameter ConnectivityType is only supported with the value public.',
        );
      }
      if (input.AllocationId === undefined) {
        throw new AwsError(
          'MissingParameter',
          'The request must include the AllocationId parameter. Add the required parameter and retry the request.',
        );
      }
      const subnet = find(context, 'subnet', input.SubnetId);
      const address = find(context, 'elastic-ip', input.AllocationId);
      checkQuota(context, 'natGateways', inZone(context, subnet.zone).length);
      const nat = addNatGateway(context, { subnet, address, tags: tagsFor('natgateway', input.TagSpecifications) });
      return {
        NatGateway: shapeOf(nat),
        ...(input.ClientToken === undefined ? {} : { ClientToken: input.ClientToken }),
      };
    },
    DescribeNatGateways(input, context) {
      const { items, next } = describe(
        {
          kind: 'natgateway',
          items: listed(context),
          filters: {
            'nat-gateway-id': ({ id }) => id,
            state: ({ state }) => state,
            'subnet-id': ({ subnetId }) => subnetId,
            'vpc-id': ({ vpcId }) => vpcId,
          },
        },
        { ids: input.NatGatewayIds, filters: input.Filter, nextToken: input.NextToken, maxResults: input.MaxResults },
      );
      return { NatGateways: items.map(shapeOf), ...nextToken(next) };
    },
    DeleteNatGateway({ NatGatewayId }, context) {
      const nat = find(context, 'natgateway', NatGatewayId);
      deleteNatGateway(context, nat);
      return { NatGatewayId: nat.id };
    },
  },
  rules: {
    CreateNatGateway: creating(
      'natgateway',
      'CreateNatGateway',
      'SubnetId AllocationId ConnectivityType TagSpecifications',
      (input: EC2.CreateNatGatewayCommandInput) => [input.SubnetId, input.AllocationId],
    ),
    DescribeNatGateways: reading('NatGatewayIds Filter NextToken MaxResults'),
    DeleteNatGateway: acting('NatGatewayId', ({ NatGatewayId }) => NatGatewayId),
  },
};
