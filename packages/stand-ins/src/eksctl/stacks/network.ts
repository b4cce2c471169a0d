import { type PlannedSubnet, subnetLayout, zoneSuffix } from '@meshbed/clients/eks';
import { attribute, ref, type Resource, tagged } from './names.ts';

export interface NetworkPlan {
  zones: readonly string[];
  cidr: string;
  /** `Single`, `HighlyAvailable` or `Disable`. */
  nat: string;
}

/** Logical id → resource; `subnets` for the outputs. */
export interface Network {
  resources: Record<string, Resource>;
  subnets: readonly PlannedSubnet[];
}

const everywhere = '0.0.0.0/0';

/** The VPC of a cluster: subnets in each zone, one public route table, a private one per zone, NAT as wanted. */
export function networkResources({ zones, cidr, nat }: NetworkPlan): Network {
  const subnets = subnetLayout(zones, cidr);
  const resources = {
    VPC: {
      Type: 'AWS::EC2::VPC',
      Properties: { CidrBlock: cidr, EnableDnsHostnames: true, EnableDnsSupport: true, Tags: tagged('VPC') },
    },
    InternetGateway: { Type: 'AWS::EC2::InternetGateway', Properties: { Tags: tagged('InternetGateway') } },
    VPCGatewayAttachment: {
      Type: 'AWS::EC2::VPCGatewayAttachment',
      Properties: { InternetGatewayId: ref('InternetGateway'), VpcId: ref('VPC') },
    },
    PublicRouteTable: table('PublicRouteTable'),
    PublicSubnetRoute: {
      ...route('PublicRouteTable', { GatewayId: ref('InternetGateway') }),
      DependsOn: 'VPCGatewayAttachment',
    },
    ...Object.assign({}, ...subnets.map(subnetResources)),
    ...Object.assign(
      {},
      ...zones.map((zone) => ({
        [`PrivateRouteTable${zoneSuffix(zone)}`]: table(`PrivateRouteTable${zoneSuffix(zone)}`),
      })),
    ),
    ...natResources(zones, nat),
  } as Record<string, Resource>;
  return { resources, subnets };
}

const table = (name: string): Resource => ({
  Type: 'AWS::EC2::RouteTable',
  Properties: { VpcId: ref('VPC'), Tags: tagged(name) },
});

const route = (RouteTable: string, target: object): Resource => ({
  Type: 'AWS::EC2::Route',
  Properties: { RouteTableId: ref(RouteTable), DestinationCidrBlock: everywhere, ...target },
});

function subnetResources({ scope, zone, name, cidr, tags }: PlannedSubnet): Record<string, Resource> {
  const suffix = zoneSuffix(zone);
  const isPublic = scope === 'Public';
  return {
    [name]: {
      Type: 'AWS::EC2::Subnet',
      Properties: {
        VpcId: ref('VPC'),
        AvailabilityZone: zone,
        CidrBlock: cidr,
        ...(isPublic ? { MapPublicIpOnLaunch: true } : {}),
        Tags: tagged(name, tags),
      },
    },
    [`RouteTableAssociation${scope}${suffix}`]: {
      Type: 'AWS::EC2::SubnetRouteTableAssociation',
      Properties: {
        SubnetId: ref(name),
        RouteTableId: ref(isPublic ? 'PublicRouteTable' : `PrivateRouteTable${suffix}`),
      },
    },
  };
}

/** One NAT gateway in the first zone for all, or one in each zone for itself. */
function natResources(zones: readonly string[], mode: string): Record<string, Resource> {
  if (mode === 'Disable') return {};
  const isEach = mode === 'HighlyAvailable';
  const gateways = (isEach ? zones : zones.slice(0, 1)).map((zone) => gateway(zone, isEach ? zoneSuffix(zone) : ''));
  const routes = zones.map((zone) => {
    const suffix = zoneSuffix(zone);
    const target = { NatGatewayId: ref(`NATGateway${isEach ? suffix : ''}`) };
    return { [`NATPrivateSubnetRoute${suffix}`]: route(`PrivateRouteTable${suffix}`, target) };
  });
  return Object.assign({}, ...gateways, ...routes) as Record<string, Resource>;
}

const gateway = (zone: string, suffix: string): Record<string, Resource> => ({
  [`NATIP${suffix}`]: {
    Type: 'AWS::EC2::EIP',
    DependsOn: 'VPCGatewayAttachment',
    Properties: { Domain: 'vpc', Tags: tagged(`NATIP${suffix}`) },
  },
  [`NATGateway${suffix}`]: {
    Type: 'AWS::EC2::NatGateway',
    Properties: {
      AllocationId: attribute(`NATIP${suffix}`, 'AllocationId'),
      SubnetId: ref(`SubnetPublic${zoneSuffix(zone)}`),
      Tags: tagged(`NATGateway${suffix}`),
    },
  },
});
