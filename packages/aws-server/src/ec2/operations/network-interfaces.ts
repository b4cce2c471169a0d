import type * as EC2 from '@aws-sdk/client-ec2';
import type { ElasticIp, Fabric, NetworkInterface } from '@meshbed/fabric';
import type { Context } from '../../context.ts';
import { AwsError } from '../../errors.ts';
import type { ServiceParts } from '../../service.ts';
import { macAddress, privateDnsName } from '../addressing.ts';
import { describe, nextToken } from '../describe.ts';
import { invalidValue } from '../errors.ts';
import type { FilterTable } from '../filters.ts';
import { find, own } from '../objects.ts';
import { acting, reading } from '../rules.ts';
import { shownTags } from '../tags.ts';

const statusOf = ({ attachment }: NetworkInterface) => (attachment ? 'in-use' : 'available');

const elasticIpsOf = ({ elasticIps }: Fabric, { id }: NetworkInterface): ElasticIp[] =>
  [...elasticIps.values()].filter(({ eniId }) => eniId === id);

/** An Elastic IP belongs to the account, any other public address to Amazon. */
function associationOf(fabric: Fabric, eni: NetworkInterface, ip: string): EC2.NetworkInterfaceAssociation | undefined {
  const PublicIp = eni.publicIps.get(ip);
  if (PublicIp === undefined) return undefined;
  const elastic = elasticIpsOf(fabric, eni).find(({ publicIp }) => publicIp === PublicIp);
  if (!elastic) return { PublicIp, IpOwnerId: 'amazon' };
  const { id: AllocationId, associationId: AssociationId, ownerId: IpOwnerId } = elastic;
  return { PublicIp, IpOwnerId, AllocationId, AssociationId };
}

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
    MacAddress: macAddress(primary),
    PrivateDnsName: privateDnsName(primary, eni.region),
    PrivateIpAddress: primary,
    PrivateIpAddresses: eni.ips.map((ip) => ({
      PrivateIpAddress: ip,
      PrivateDnsName: privateDnsName(ip, eni.region),
      Primary: ip === primary,
      Association: associationOf(fabric, eni, ip),
    })),
    Association: associationOf(fabric, eni, primary),
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
  'mac-address': ({ ips: [ip = ''] }) => macAddress(ip),
  'private-dns-name': ({ ips: [ip = ''], region }) => privateDnsName(ip, region),
  'addresses.primary': ({ ips }) => ips.map((_, index) => index === 0),
  'association.allocation-id': (eni) => elasticIpsOf(fabric, eni).map(({ id }) => id),
  'association.association-id': (eni) => elasticIpsOf(fabric, eni).map(({ associationId }) => associationId),
  'association.ip-owner-id': (eni) => eni.ips.map((ip) => associationOf(fabric, eni, ip)?.IpOwnerId),
  'source-dest-check': () => true,
  'attachment.delete-on-termination': ({ attachment }) => (attachment ? true : undefined),
  'attachment.device-index': ({ attachment }) => (attachment ? 0 : undefined),
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
    DetachNetworkInterface({ AttachmentId }, context) {
      const eni = own(context, 'network-interface').find(({ attachment }) => attachment?.id === AttachmentId);
      if (!eni) {
        const message = `Interface attachment ID '${AttachmentId}' does not exist.`;
        throw new AwsError('InvalidAttachmentID.NotFound', message);
      }
      // All that there are belong to a service, or are the only one of their machine.
      const message = eni.requesterManaged
        ? `You do not have permission to access the specified resource.`
        : `The network interface at device index 0 cannot be detached.`;
      throw new AwsError('OperationNotPermitted', message);
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
    DetachNetworkInterface: reading('AttachmentId Force'),
    DeleteNetworkInterface: acting('NetworkInterfaceId', ({ NetworkInterfaceId }) => NetworkInterfaceId),
  },
};
