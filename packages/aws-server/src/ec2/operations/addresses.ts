import type * as EC2 from '@aws-sdk/client-ec2';
import type { ElasticIp, Fabric } from '@meshbed/fabric';
import { AwsError } from '../../errors.ts';
import type { ServiceParts } from '../../service.ts';
import { describe } from '../describe.ts';
import { onFabric } from '../errors.ts';
import { find, own, owned } from '../objects.ts';
import { checkQuota } from '../quotas.ts';
import { acting, creating, reading } from '../rules.ts';
import { shownTags, tagsFor } from '../tags.ts';

const privateIpOf = (fabric: Fabric, { eniId, publicIp }: ElasticIp) =>
  [...(fabric.interfaces.get(eniId ?? '')?.publicIps ?? [])].find(([, shown]) => shown === publicIp)?.[0];

const shapeOf = (fabric: Fabric, address: ElasticIp): EC2.Address => ({
  AllocationId: address.id,
  PublicIp: address.publicIp,
  Domain: 'vpc',
  AssociationId: address.associationId,
  NetworkInterfaceId: address.eniId,
  NetworkInterfaceOwnerId: fabric.interfaces.get(address.eniId ?? '')?.ownerId,
  PrivateIpAddress: privateIpOf(fabric, address),
  PublicIpv4Pool: 'amazon',
  NetworkBorderGroup: address.region,
  Tags: shownTags(address.tags),
});

export const addressOperations: ServiceParts<typeof EC2> = {
  handlers: {
    AllocateAddress({ TagSpecifications }, context) {
      const { fabric } = context.world;
      const tags = tagsFor('elastic-ip', TagSpecifications);
      checkQuota(context, 'addresses', own(context, 'elastic-ip').length);
      const publicIp = onFabric(() => fabric.allocatePublicIp());
      const address: ElasticIp = { ...owned(context, 'eipalloc', tags), publicIp };
      fabric.elasticIps.set(address.id, address);
      return {
        AllocationId: address.id,
        PublicIp: publicIp,
        Domain: 'vpc',
        PublicIpv4Pool: 'amazon',
        NetworkBorderGroup: context.region,
      };
    },
    DescribeAddresses({ AllocationIds, PublicIps = [], Filters }, context) {
      const { fabric } = context.world;
      const addresses = own(context, 'elastic-ip');
      const stranger = PublicIps.find((ip) => !addresses.some(({ publicIp }) => publicIp === ip));
      if (stranger !== undefined) throw new AwsError('InvalidAddress.NotFound', `Address '${stranger}' not found.`);
      const named = addresses.filter(({ publicIp }) => PublicIps.length === 0 || PublicIps.includes(publicIp));
      const { items } = describe(
        {
          kind: 'elastic-ip',
          items: named,
          filters: {
            'allocation-id': ({ id }) => id,
            'association-id': ({ associationId }) => associationId,
            'public-ip': ({ publicIp }) => publicIp,
            'network-interface-id': ({ eniId }) => eniId,
            'private-ip-address': (address) => privateIpOf(fabric, address),
            'network-interface-owner-id': ({ eniId }) => fabric.interfaces.get(eniId ?? '')?.ownerId,
            'instance-id': ({ eniId }) => fabric.interfaces.get(eniId ?? '')?.attachment?.instanceId,
            'network-border-group': ({ region }) => region,
            domain: () => 'vpc',
          },
        },
        { ids: AllocationIds, filters: Filters },
      );
      return { Addresses: items.map((address) => shapeOf(fabric, address)) };
    },
    ReleaseAddress({ AllocationId }, context) {
      const address = find(context, 'elastic-ip', AllocationId);
      // One that was on an interface which is gone is free again.
      if (address.associationId !== undefined && context.world.fabric.interfaces.has(address.eniId ?? '')) {
        throw new AwsError('InvalidIPAddress.InUse', `Address ${address.publicIp} is in use.`);
      }
      context.world.fabric.elasticIps.delete(address.id);
      return {};
    },
  },
  rules: {
    AllocateAddress: creating('elastic-ip', 'AllocateAddress', 'Domain TagSpecifications'),
    DescribeAddresses: reading('AllocationIds PublicIps Filters'),
    ReleaseAddress: acting('AllocationId', ({ AllocationId }) => AllocationId),
  },
};
