import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeAvailabilityZonesCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
  type Subnet,
  type Vpc,
} from '@aws-sdk/client-ec2';
import { MeshbedError, ready, waiting } from '@meshbed/core';
import { filter, ownedAs, tagged } from '../../aws/tags.ts';
import type { RunContext } from '../../run/context.ts';
import type { StepContext } from '../types.ts';

export interface EksNetwork {
  vpcId: string;
  publicSubnetIds: string[];
  privateSubnetIds: string[];
}

const vpcCidr = '192.168.0.0/16';
const mostZones = 3;

/** The VPC with a public and a private subnet in each of up to three zones. */
export async function ensureNetwork(step: StepContext): Promise<EksNetwork> {
  const [vpcId, zones] = await Promise.all([ensureVpc(step), usableZones(step)]);
  const subnets = (['Public', 'Private'] as const).map((scope) =>
    Promise.all(zones.map((zone, index) => ensureSubnet(step, { vpcId, zone, index, scope }))),
  );
  const [publicSubnetIds = [], privateSubnetIds = []] = await Promise.all(subnets);
  return { vpcId, publicSubnetIds, privateSubnetIds };
}

async function ensureVpc(step: StepContext): Promise<string> {
  const { ec2 } = step.local;
  const name = `${step.configuration.clusterName}/VPC`;
  const find = async () => {
    const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({ Filters: ownedAs(name, step.configuration) }));
    return Vpcs[0];
  };
  const { VpcId = '' } = await step.ensure<Vpc>({
    kind: 'VPC',
    name,
    find,
    async create() {
      const TagSpecifications = tagged('vpc', name, step.configuration);
      const { Vpc: vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: vpcCidr, TagSpecifications }));
      return vpc as Vpc;
    },
  });
  await step.wait({
    what: `VPC ${VpcId}`,
    timeoutMs: 60_000,
    condition: async () => {
      const vpc = await find();
      return vpc?.State === 'available' ? ready(vpc) : waiting(`VPC ${VpcId} is ${vpc?.State ?? 'not visible yet'}`);
    },
  });
  await ensureDns(step, VpcId);
  return VpcId;
}

/** One attribute per call, names only after resolution; the endpoints of EKS need both. */
async function ensureDns(step: StepContext, VpcId: string): Promise<void> {
  const { ec2 } = step.local;
  const has = async (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') => {
    const answer = await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute }));
    return (answer.EnableDnsSupport ?? answer.EnableDnsHostnames)?.Value === true;
  };
  await step.ensure({
    kind: 'DNS of VPC',
    name: VpcId,
    find: async () => ((await has('enableDnsSupport')) && (await has('enableDnsHostnames')) ? VpcId : undefined),
    async create() {
      await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsSupport: { Value: true } }));
      await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
      return VpcId;
    },
  });
}

async function usableZones({ local }: StepContext): Promise<string[]> {
  const Filters = [filter('zone-type', 'availability-zone'), filter('state', 'available')];
  const { AvailabilityZones = [] } = await local.ec2.send(new DescribeAvailabilityZonesCommand({ Filters }));
  const zones = AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? [])
    .toSorted()
    .slice(0, mostZones);
  if (zones.length >= 2) return zones;
  throw new MeshbedError('cloud/too-few-zones', `EKS needs two availability zones, the region offers ${zones.length}`, {
    next: 'choose another region: AWS_REGION',
  });
}

interface WantedSubnet {
  vpcId: string;
  zone: string;
  index: number;
  scope: 'Public' | 'Private';
}

/** The VPC is cut in eight: the first are public, those from `mostZones` on private. */
async function ensureSubnet(step: StepContext, { vpcId, zone, index, scope }: WantedSubnet): Promise<string> {
  const { ec2 } = step.local;
  const name = `${step.configuration.clusterName}/Subnet${scope}${zone.toUpperCase().replaceAll('-', '')}`;
  const position = scope === 'Public' ? index : mostZones + index;
  const role = scope === 'Public' ? 'kubernetes.io/role/elb' : 'kubernetes.io/role/internal-elb';
  const find = async () => {
    const Filters = [filter('vpc-id', vpcId), ...ownedAs(name, step.configuration)];
    return (await ec2.send(new DescribeSubnetsCommand({ Filters }))).Subnets?.[0];
  };
  const openPublicly = async (subnet: Subnet) => {
    const SubnetId = subnet.SubnetId;
    if (scope === 'Public')
      await ec2.send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }));
    return subnet;
  };
  const { SubnetId = '' } = await step.ensure<Subnet>({
    kind: 'subnet',
    name,
    find,
    differs: ({ MapPublicIpOnLaunch }) =>
      scope === 'Public' && !MapPublicIpOnLaunch ? 'it gives no public addresses' : undefined,
    async create() {
      const { Subnet: subnet } = await ec2.send(
        new CreateSubnetCommand({
          VpcId: vpcId,
          AvailabilityZone: zone,
          CidrBlock: `192.168.${position * 32}.0/19`,
          TagSpecifications: tagged('subnet', name, step.configuration, { [role]: '1' }),
        }),
      );
      return openPublicly(subnet as Subnet);
    },
    update: openPublicly,
  });
  return SubnetId;
}

/** @throws MeshbedError `cloud/no-vpc` when the network of the EKS cluster isn't there. */
export async function findEksVpc({ local, configuration }: RunContext): Promise<string> {
  const Filters = ownedAs(`${configuration.clusterName}/VPC`, configuration);
  const { Vpcs = [] } = await local.ec2.send(new DescribeVpcsCommand({ Filters }));
  if (Vpcs[0]?.VpcId) return Vpcs[0].VpcId;
  throw new MeshbedError('cloud/no-vpc', `there is no VPC of the EKS cluster ${configuration.clusterName}`, {
    next: 'run from the step eks_cluster on',
  });
}
