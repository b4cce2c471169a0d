import type * as EC2 from '@aws-sdk/client-ec2';
import type { InternetGateway } from '@meshbed/fabric';
import { AwsError } from '../../errors.ts';
import type { ServiceParts } from '../../service.ts';
import { checkNoPublicAddresses } from '../dependencies.ts';
import { describe, nextToken } from '../describe.ts';
import { hasDependencies, invalidValue } from '../errors.ts';
import { find, own, owned } from '../objects.ts';
import { checkQuota } from '../quotas.ts';
import { acting, creating, reading } from '../rules.ts';
import { shownTags, tagsFor } from '../tags.ts';

const shapeOf = ({ id, ownerId, vpcId, tags }: InternetGateway): EC2.InternetGateway => ({
  InternetGatewayId: id,
  OwnerId: ownerId,
  // The API calls an attached gateway's attachment available.
  Attachments: vpcId === undefined ? [] : [{ VpcId: vpcId, State: 'available' as EC2.AttachmentStatus }],
  Tags: shownTags(tags),
});

export const internetGatewayOperations: ServiceParts<typeof EC2> = {
  handlers: {
    CreateInternetGateway({ TagSpecifications }, context) {
      const tags = tagsFor('internet-gateway', TagSpecifications);
      checkQuota(context, 'internetGateways', own(context, 'internet-gateway').length);
      const gateway: InternetGateway = { ...owned(context, 'igw', tags), vpcId: undefined };
      context.world.fabric.internetGateways.set(gateway.id, gateway);
      return { InternetGateway: shapeOf(gateway) };
    },
    DescribeInternetGateways(input, context) {
      const { items, next } = describe(
        {
          kind: 'internet-gateway',
          items: own(context, 'internet-gateway'),
          filters: {
            'internet-gateway-id': ({ id }) => id,
            'attachment.vpc-id': ({ vpcId }) => vpcId,
            'attachment.state': ({ vpcId }) => (vpcId === undefined ? undefined : 'available'),
            'owner-id': ({ ownerId }) => ownerId,
          },
        },
        {
          ids: input.InternetGatewayIds,
          filters: input.Filters,
          nextToken: input.NextToken,
          maxResults: input.MaxResults,
        },
      );
      return { InternetGateways: items.map(shapeOf), ...nextToken(next) };
    },
    AttachInternetGateway({ InternetGatewayId, VpcId }, context) {
      const gateway = find(context, 'internet-gateway', InternetGatewayId);
      const vpc = find(context, 'vpc', VpcId);
      if (gateway.vpcId !== undefined) {
        const message = `resource ${gateway.id} is already attached to network ${gateway.vpcId}`;
        throw new AwsError('Resource.AlreadyAssociated', message);
      }
      if (own(context, 'internet-gateway').some((other) => other.vpcId === vpc.id)) {
        throw invalidValue(`Network ${vpc.id} already has an internet gateway attached`);
      }
      gateway.vpcId = vpc.id;
      return {};
    },
    DetachInternetGateway({ InternetGatewayId, VpcId }, context) {
      const gateway = find(context, 'internet-gateway', InternetGatewayId);
      const vpc = find(context, 'vpc', VpcId);
      if (gateway.vpcId !== vpc.id) {
        throw new AwsError('Gateway.NotAttached', `resource ${gateway.id} is not attached to network ${vpc.id}`);
      }
      checkNoPublicAddresses(context, vpc.id);
      gateway.vpcId = undefined;
      return {};
    },
    DeleteInternetGateway({ InternetGatewayId }, context) {
      const gateway = find(context, 'internet-gateway', InternetGatewayId);
      if (gateway.vpcId !== undefined) throw hasDependencies(`internetGateway '${gateway.id}'`);
      context.world.fabric.internetGateways.delete(gateway.id);
      return {};
    },
  },
  rules: {
    CreateInternetGateway: creating('internet-gateway', 'CreateInternetGateway', 'TagSpecifications'),
    DescribeInternetGateways: reading('InternetGatewayIds Filters NextToken MaxResults'),
    AttachInternetGateway: acting('InternetGatewayId VpcId', (input) => [input.InternetGatewayId, input.VpcId]),
    DetachInternetGateway: acting('InternetGatewayId VpcId', (input) => [input.InternetGatewayId, input.VpcId]),
    DeleteInternetGateway: acting('InternetGatewayId', ({ InternetGatewayId }) => InternetGatewayId),
  },
};
