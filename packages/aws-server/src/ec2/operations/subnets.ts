import type * as EC2 from '@aws-sdk/client-ec2';
import { type Fabric, freeAddressCount, type Subnet } from '@meshbed/fabric';
import { cidrIncludes, cidrsOverlap, cidrSize, formatCidr, parseCidr, tryParseCidr } from '@meshbed/policy/network';
import type { Context } from '../../context.ts';
import { AwsError } from '../../errors.ts';
import type { ServiceParts } from '../../service.ts';
import { checkSubnetUnused } from '../dependencies.ts';
import { describe, nextToken } from '../describe.ts';
import { invalidValue } from '../errors.ts';
import { find, own, owned } from '../objects.ts';
import { checkQuota } from '../quotas.ts';
import { acting, creating, reading } from '../rules.ts';
import { shownTags, tagsFor } from '../tags.ts';
import { zoneId, zonesOf } from '../zones.ts';

/** Those of the default VPC are their zones' default subnets. */
const isDefault = ({ vpcs }: Fabric, { vpcId }: Subnet): boolean => vpcs.get(vpcId)?.isDefault ?? false;

const arnOf = ({ region, ownerId, id }: Subnet) => `arn:aws:ec2:${region}:${ownerId}:subnet/${id}`;

const freeAddresses = ({ world: { fabric } }: Context, subnet: Subnet) =>
  freeAddressCount(
    subnet,
    [...fabric.interfaces.values()].flatMap(({ subnetId, ips }) => (subnetId === subnet.id ? ips : [])),
  );

const shapeOf = (context: Context, subnet: Subnet): EC2.Subnet => ({
  SubnetId: subnet.id,
  SubnetArn: arnOf(subnet),
  VpcId: subnet.vpcId,
  OwnerId: subnet.ownerId,
  CidrBlock: subnet.cidr,
  AvailabilityZone: subnet.zone,
  AvailabilityZoneId: zoneId(subnet.zone),
  State: subnet.state,
  DefaultForAz: isDefault(context.world.fabric, subnet),
  MapPublicIpOnLaunch: subnet.mapPublicIpOnLaunch,
  AvailableIpAddressCount: freeAddresses(context, subnet),
  AssignIpv6AddressOnCreation: false,
  Ipv6CidrBlockAssociationSet: [],
  Tags: shownTags(subnet.tags),
});

function subnetCidr(context: Context, vpcId: string | undefined, text: string | undefined): string {
  const vpc = find(context, 'vpc', vpcId);
  const cidr = tryParseCidr(text ?? '');
  if (!cidr) throw invalidValue(`Value (${text}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`);
  if (!cidrIncludes(parseCidr(vpc.cidr), cidr) || cidrSize(cidr) < 16) {
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${text}' is invalid.`);
  }
  const siblings = [...context.world.fabric.subnets.values()].filter((subnet) => subnet.vpcId === vpc.id);
  if (siblings.some((sibling) => cidrsOverlap(parseCidr(sibling.cidr), cidr))) {
    throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${text}' conflicts with another subnet`);
  }
  return formatCidr(cidr);
}

function zoneOf({ region }: Context, zone: string | undefined): string {
  const zones = zonesOf(region);
  const [first = ''] = zones;
  if (zone === undefined || zones.includes(zone)) return zone ?? first;
  throw invalidValue(
    `Value (${zone}) for parameter availabilityZone is invalid. ` +
      `Subnets can currently only be created in the following availability zones: ${zones.join(', ')}.`,
  );
}

const zoneWithId = ({ region }: Context, id: string | undefined) =>
  id === undefined ? undefined : (zonesOf(region).find((zone) => zoneId(zone) === id) ?? id);

function createSubnet(input: EC2.CreateSubnetCommandInput, context: Context): Subnet {
  const { world } = context;
  const tags = tagsFor('subnet', input.TagSpecifications);
  const cidr = subnetCidr(context, input.VpcId, input.CidrBlock);
  checkQuota(context, 'subnets', own(context, 'subnet').filter(({ vpcId }) => vpcId === input.VpcId).length);
  const subnet: Subnet = {
    ...owned(context, 'subnet', tags),
    vpcId: input.VpcId ?? '',
    cidr,
    zone: zoneOf(context, input.AvailabilityZone ?? zoneWithId(context, input.AvailabilityZoneId)),
    state: 'pending',
    mapPublicIpOnLaunch: false,
  };
  world.fabric.subnets.set(subnet.id, subnet);
  world.transitions.follow('subnet', subnet.state, (next) => (subnet.state = next as Subnet['state']));
  return subnet;
}

export const subnetOperations: ServiceParts<typeof EC2> = {
  handlers: {
    CreateSubnet: (input, context) => ({ Subnet: shapeOf(context, createSubnet(input, context)) }),
    DescribeSubnets(input, context) {
      const { items, next } = describe(
        {
          kind: 'subnet',
          items: own(context, 'subnet'),
          filters: {
            'subnet-id': ({ id }) => id,
            'vpc-id': ({ vpcId }) => vpcId,
            'cidr-block': ({ cidr }) => cidr,
            cidr: ({ cidr }) => cidr,
            'availability-zone': ({ zone }) => zone,
            cidrBlock: ({ cidr }) => cidr,
            availabilityZone: ({ zone }) => zone,
            'availability-zone-id': ({ zone }) => zoneId(zone),
            availabilityZoneId: ({ zone }) => zoneId(zone),
            'available-ip-address-count': (subnet) => freeAddresses(context, subnet),
            'subnet-arn': arnOf,
            state: ({ state }) => state,
            'owner-id': ({ ownerId }) => ownerId,
            'default-for-az': (subnet) => isDefault(context.world.fabric, subnet),
            defaultForAz: (subnet) => isDefault(context.world.fabric, subnet),
            'map-public-ip-on-launch': ({ mapPublicIpOnLaunch }) => mapPublicIpOnLaunch,
          },
        },
        { ids: input.SubnetIds, filters: input.Filters, nextToken: input.NextToken, maxResults: input.MaxResults },
      );
      return { Subnets: items.map((subnet) => shapeOf(context, subnet)), ...nextToken(next) };
    },
    ModifySubnetAttribute({ SubnetId, MapPublicIpOnLaunch }, context) {
      const subnet = find(context, 'subnet', SubnetId);
      subnet.mapPublicIpOnLaunch = MapPublicIpOnLaunch?.Value ?? subnet.mapPublicIpOnLaunch;
      return {};
    },
    DeleteSubnet({ SubnetId }, context) {
      const subnet = find(context, 'subnet', SubnetId);
      checkSubnetUnused(context, subnet);
      const { fabric } = context.world;
      fabric.subnets.delete(subnet.id);
      for (const table of fabric.routeTables.values()) {
        table.associations = table.associations.filter((association) => association.subnetId !== subnet.id);
      }
      return {};
    },
  },
  rules: {
    CreateSubnet: creating(
      'subnet',
      'CreateSubnet',
      'VpcId CidrBlock AvailabilityZone AvailabilityZoneId TagSpecifications',
      (input: EC2.CreateSubnetCommandInput) => input.VpcId,
    ),
    DescribeSubnets: reading('SubnetIds Filters NextToken MaxResults'),
    ModifySubnetAttribute: acting('SubnetId MapPublicIpOnLaunch', ({ SubnetId }) => SubnetId),
    DeleteSubnet: acting('SubnetId', ({ SubnetId }) => SubnetId),
  },
};
