import type * as EC2 from '@aws-sdk/client-ec2';
import type { NetworkInterface } from '@meshbed/fabric';
import type { Context } from '../../context.ts';
import { AwsError } from '../../errors.ts';
import type { ServiceParts } from '../../service.ts';
import { describe, nextToken } from '../describe.ts';
import { invalidValue } from '../errors.ts';
import type { FilterTable } from '../filters.ts';
import { find, own } from '../objects.ts';
import { acting, reading } from '../rules.ts';
import { shownTags } from '../tags.ts';

const statusOf = ({ attachment }: NetworkInterface) => (attachment ? 'in-use' : 'available');

const associationOf = (eni: NetworkInterface, ip: string) => {
  const publicIp = eni.publicIps.get(ip);
  return publicIp === undefined ? undefined : { PublicIp: publicIp, IpOwnerId: 'amazon' };
};

function attachmentOf({ attachment, createdAtMs }: NetworkInterface): EC2.NetworkInterfaceAttachment | undefined {
  if (!attachment) return undefined;
  return {
    AttachmentId: attachment.id,
    InstanceId: attachment.instanceId,
    InstanceOwnerId: attachment.ownerId,
    Status: 'attached',
    AttachTime: new Date(createdAtMs),
    DeleteOnTermination: true,
    DeviceIndex: 0,
  };
}

function shapeOf({ world: { fabric } }: Context, eni: NetworkInterface): EC2.NetworkInterface {
  const [primary = ''] = eni.ips;
  return {
    NetworkInterfaceId: eni.id,
    VpcId: eni.vpcId,
    SubnetId: eni.subnetId,
    AvailabilityZone: fabric.subnets.get(eni.subnetId)?.zone,
    OwnerId: eni.ownerId,
    Description: eni.description,
    // The API answers nat_gateway, whatever the client's model says.
    InterfaceType: eni.interfaceType as EC2.NetworkInterfaceType,
    RequesterManaged: eni.requesterManaged,
    RequesterId: eni.requesterId,
    Status: statusOf(eni),
    SourceDestCheck: true,
    PrivateIpAddress: primary,
    PrivateIpAddresses: eni.ips.map((ip) => ({
      PrivateIpAddress: ip,
      Primary: ip === primary,
      Association: associationOf(eni, ip),
    })),
    Association: associationOf(eni, primary),
    Attachment: attachmentOf(eni),
    Groups: eni.groupIds.map((id) => ({ GroupId: id, GroupName: fabric.securityGroups.get(id)?.name })),
    TagSet: shownTags(eni.tags),
  };
}

const filters = ({ world: { fabric } }: Context): FilterTable<NetworkInterface> => ({
  'network-interface-id': ({ id }) => id,
  'vpc-id': ({ vpcId }) => vpcId,
  'subnet-id': ({ subnetId }) => subnetId,
  'group-id': ({ groupIds }) => groupIds,
  'group-name': ({ groupIds }) => groupIds.map((id) => fabric.securityGroups.get(id)?.name),
  'availability-zone': ({ subnetId }) => fabric.subnets.get(subnetId)?.zone,
  'owner-id': ({ ownerId }) => ownerId,
  status: statusOf,
  description: ({ description }) => description,
  'interface-type': ({ interfaceType }) => interfaceType,
  'requester-managed': ({ requesterManaged }) => requesterManaged,
  'requester-id': ({ requesterId }) => requesterId,
  'private-ip-address': ({ ips }) => ips,
  'addresses.private-ip-address': ({ ips }) => ips,
  'association.public-ip': ({ publicIps }) => [...publicIps.values()],
  'addresses.association.public-ip': ({ publicIps }) => [...publicIps.values()],
  'attachment.attachment-id': ({ attachment }) => attachment?.id,
  'attachment.instance-id': ({ attachment }) => attachment?.instanceId,
  'attachment.instance-owner-id': ({ attachment }) => attachment?.ownerId,
  'attachment.status': ({ attachment }) => (attachment ? 'attached' : undefined),
});

export const networkInterfaceOperations: ServiceParts<typeof EC2> = {
  handlers: {
    DescribeNetworkInterfaces(input, context) {
      const { items, next } = describe(
        { kind: 'network-interface', items: own(context, 'network-interface'), filters: filters(context) },
        {
          ids: input.NetworkInterfaceIds,
          filters: input.Filters,
          nextToken: input.NextToken,
          maxResults: input.MaxResults,
        },
      );
      return { NetworkInterfaces: items.map((eni) => shapeOf(context, eni)), ...nextToken(next) };
    },
    DeleteNetworkInterface({ NetworkInterfaceId }, context) {
      const eni = find(context, 'network-interface', NetworkInterfaceId);
      if (eni.attachment) throw invalidValue(`Network interface '${eni.id}' is currently in use.`);
      if (eni.requesterManaged) {
        const message = `You do not have permission to access the requester-managed network interface '${eni.id}'.`;
        throw new AwsError('OperationNotPermitted', message);
      }
      context.world.fabric.deleteInterface(eni.id);
      return {};
    },
  },
  rules: {
    DescribeNetworkInterfaces: reading('NetworkInterfaceIds Filters NextToken MaxResults'),
    DeleteNetworkInterface: acting('NetworkInterfaceId', ({ NetworkInterfaceId }) => NetworkInterfaceId),
  },
};
