import {
  CreateSubnetCommand,
  DescribeAvailabilityZonesCommand,
  DescribeSubnetsCommand,
  ModifySubnetAttributeCommand,
  type Subnet,
} from '@aws-sdk/client-ec2';
import type { AwsClients } from '@meshbed/clients/aws';
import { MeshbedError } from '@meshbed/core';
import { filter, ownedAs, tagged } from '../aws/tags.ts';
import type { StepContext } from '../steps/types.ts';

const mostZones = 3;
const fewestZones = 2;

/** Names of up to three zones of the region, in order. */
export async function usableZones({ ec2 }: AwsClients): Promise<string[]> {
  const Filters = [filter('zone-type', 'availability-zone'), filter('state', 'available')];
  const { AvailabilityZones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({ Filters }));
  const zones = AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? [])
    .toSorted()
    .slice(0, mostZones);
  if (zones.length >= fewestZones) return zones;
  throw new MeshbedError('cloud/too-few-zones', `EKS needs two availability zones, the region offers ${zones.length}`, {
    next: 'choose another region: AWS_REGION',
  });
}

export interface WantedSubnet {
  vpcId: string;
  name: string;
  cidr: string;
  zone: string;
  /** Whether what starts in it gets a public address. */
  isPublic: boolean;
  tags?: Record<string, string>;
}

/** Returns its id. */
export async function ensureSubnet(step: StepContext, { ec2 }: AwsClients, wanted: WantedSubnet): Promise<string> {
  const { vpcId, name, cidr, zone, isPublic, tags = {} } = wanted;
  const openPublicly = async (subnet: Subnet) => {
    const SubnetId = subnet.SubnetId;
    if (isPublic) await ec2.send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }));
    return subnet;
  };
  const { SubnetId = '' } = await step.ensure<Subnet>({
    kind: 'subnet',
    name,
    async find() {
      const Filters = [filter('vpc-id', vpcId), ...ownedAs(name, step.configuration)];
      return (await ec2.send(new DescribeSubnetsCommand({ Filters }))).Subnets?.[0];
    },
    differs: ({ MapPublicIpOnLaunch }) =>
      isPublic && !MapPublicIpOnLaunch ? 'it gives no public addresses' : undefined,
    async create() {
      const TagSpecifications = tagged('subnet', name, step.configuration, tags);
      const { Subnet: subnet } = await ec2.send(
        new CreateSubnetCommand({ VpcId: vpcId, AvailabilityZone: zone, CidrBlock: cidr, TagSpecifications }),
      );
      return openPublicly(subnet as Subnet);
    },
    update: openPublicly,
  });
  return SubnetId;
}

/** Subnets of a VPC by the pattern of their Name tag: `*Public*`. @throws MeshbedError `cloud/no-subnet` */
export async function subnetsNamed({ ec2 }: AwsClients, vpcId: string, pattern: string): Promise<string[]> {
  const Filters = [filter('vpc-id', vpcId), filter('tag:Name', pattern)];
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
  if (Subnets.length > 0) return Subnets.flatMap(({ SubnetId }) => SubnetId ?? []);
  throw new MeshbedError('cloud/no-subnet', `the VPC ${vpcId} has no subnet with a name like ${pattern}`, {
    object: vpcId,
    next: 'run from the first step on: without --step',
  });
}
