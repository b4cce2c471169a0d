/** What EC2 says of the networks of one account. */
import {
  paginateDescribeInternetGateways,
  paginateDescribeNatGateways,
  paginateDescribeNetworkInterfaces,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroupRules,
  paginateDescribeSecurityGroups,
  paginateDescribeSubnets,
  paginateDescribeVpcPeeringConnections,
  paginateDescribeVpcs,
  type InternetGateway,
  type NatGateway,
  type NetworkInterface,
  type Route,
  type RouteTable,
  type SecurityGroup,
  type SecurityGroupRule,
  type Subnet,
  type Vpc,
  type VpcPeeringConnection,
} from '@aws-sdk/client-ec2';
import type { AwsClients } from '@meshbed/clients/aws';
import type * as network from '@meshbed/policy/network';
import type { Interface, NetworkFacts } from './types.ts';

/** As the SDK returns it. */
export interface Described {
  account: string;
  region: string;
  vpcs: Vpc[];
  subnets: Subnet[];
  internetGateways: InternetGateway[];
  natGateways: NatGateway[];
  routeTables: RouteTable[];
  securityGroups: SecurityGroup[];
  securityGroupRules: SecurityGroupRule[];
  interfaces: NetworkInterface[];
  peerings: VpcPeeringConnection[];
}

export async function describeNetwork({
  ec2: client,
  access: { id: account, region },
}: AwsClients): Promise<Described> {
  const by = { client };
  const [vpcs, subnets, internetGateways, natGateways, routeTables] = await Promise.all([
    all(paginateDescribeVpcs(by, {}), ({ Vpcs }) => Vpcs),
    all(paginateDescribeSubnets(by, {}), ({ Subnets }) => Subnets),
    all(paginateDescribeInternetGateways(by, {}), ({ InternetGateways }) => InternetGateways),
    all(paginateDescribeNatGateways(by, {}), ({ NatGateways }) => NatGateways),
    all(paginateDescribeRouteTables(by, {}), ({ RouteTables }) => RouteTables),
  ]);
  const [securityGroups, securityGroupRules, interfaces, peerings] = await Promise.all([
    all(paginateDescribeSecurityGroups(by, {}), ({ SecurityGroups }) => SecurityGroups),
    all(paginateDescribeSecurityGroupRules(by, {}), ({ SecurityGroupRules }) => SecurityGroupRules),
    all(paginateDescribeNetworkInterfaces(by, {}), ({ NetworkInterfaces }) => NetworkInterfaces),
    all(paginateDescribeVpcPeeringConnections(by, {}), ({ VpcPeeringConnections }) => VpcPeeringConnections),
  ]);
  return {
    account,
    region,
    vpcs,
    subnets,
    internetGateways,
    natGateways,
    routeTables,
    securityGroups,
    securityGroupRules,
    interfaces,
    peerings,
  };
}

async function all<P, T>(pages: AsyncIterable<P>, of: (page: P) => T[] | undefined): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) found.push(...(of(page) ?? []));
  return found;
}

/** One network of all accounts: a peering shows up in both, and is one. */
export function networkFacts(accounts: readonly Described[]): NetworkFacts {
  const merged = <T, R extends { id: string }>(of: (each: Described) => T[], fact: (item: T, by: Described) => R) =>
    new Map(
      accounts.flatMap((each) => of(each).map((item) => fact(item, each))).map((found) => [found.id, found] as const),
    );
  const rules = Map.groupBy(
    accounts.flatMap(({ securityGroupRules }) => securityGroupRules),
    ({ GroupId = '' }) => GroupId,
  );
  return {
    vpcs: merged(
      ({ vpcs }) => vpcs,
      ({ VpcId = '', OwnerId = '', CidrBlock = '' }) => {
        return { id: VpcId, ownerId: OwnerId, cidr: CidrBlock };
      },
    ),
    subnets: merged(
      ({ subnets }) => subnets,
      ({ SubnetId = '', OwnerId = '', VpcId = '' }) => {
        return { id: SubnetId, ownerId: OwnerId, vpcId: VpcId };
      },
    ),
    internetGateways: merged(({ internetGateways }) => internetGateways, internetGatewayFact),
    natGateways: merged(({ natGateways }) => natGateways, natGatewayFact),
    routeTables: merged(({ routeTables }) => routeTables, routeTableFact),
    securityGroups: merged(
      ({ securityGroups }) => securityGroups,
      ({ GroupId = '', OwnerId = '' }) => {
        return { id: GroupId, ownerId: OwnerId, rules: (rules.get(GroupId) ?? []).flatMap(securityRule) };
      },
    ),
    interfaces: merged(({ interfaces }) => interfaces, interfaceFact),
    peerings: merged(({ peerings }) => peerings, peeringFact),
    groupVpcs: new Map(
      accounts.flatMap(({ securityGroups }) =>
        securityGroups.map(({ GroupId = '', VpcId = '' }) => [GroupId, VpcId] as const),
      ),
    ),
  };
}

function internetGatewayFact({ InternetGatewayId = '', OwnerId = '', Attachments = [] }: InternetGateway) {
  return { id: InternetGatewayId, ownerId: OwnerId, vpcId: Attachments[0]?.VpcId };
}

/** DescribeNatGateways doesn't say whose they are: the account's that was asked. */
function natGatewayFact(gateway: NatGateway, { account }: Described) {
  const { NatGatewayId = '', SubnetId = '', State, NatGatewayAddresses = [] } = gateway;
  return {
    id: NatGatewayId,
    ownerId: account,
    subnetId: SubnetId,
    publicIp: NatGatewayAddresses[0]?.PublicIp ?? '',
    state: State ?? 'pending',
  };
}

function routeTableFact({ RouteTableId = '', OwnerId = '', VpcId = '', Routes = [], Associations = [] }: RouteTable) {
  return {
    id: RouteTableId,
    ownerId: OwnerId,
    vpcId: VpcId,
    routes: Routes.flatMap(routeFact),
    associations: Associations.map(({ SubnetId, Main = false }) => ({
      main: Main,
      ...(SubnetId === undefined ? {} : { subnetId: SubnetId }),
    })),
  };
}

/** IPv4 only. */
function routeFact(route: Route): network.Route[] {
  return route.DestinationCidrBlock === undefined
    ? []
    : [{ destination: route.DestinationCidrBlock, target: targetOf(route) }];
}

function targetOf(route: Route): network.RouteTarget {
  const { GatewayId, NatGatewayId, VpcPeeringConnectionId } = route;
  if (GatewayId === 'local') return { kind: 'local' };
  if (NatGatewayId !== undefined) return { kind: 'nat-gateway', id: NatGatewayId };
  if (VpcPeeringConnectionId !== undefined) return { kind: 'peering', id: VpcPeeringConnectionId };
  if (GatewayId?.startsWith('igw-')) return { kind: 'internet-gateway', id: GatewayId };
  const id = GatewayId ?? route.TransitGatewayId ?? route.NetworkInterfaceId ?? route.InstanceId;
  return { kind: 'unmodelled', id: id ?? 'an unknown target' };
}

/** IPv6 can't match here, and prefix lists are not resolved: such rules are left out. */
function securityRule(rule: SecurityGroupRule): network.SecurityRule[] {
  const { SecurityGroupRuleId = '', IsEgress, IpProtocol = '-1', FromPort = -1, ToPort = -1 } = rule;
  const source = sourceOf(rule);
  if (!source || !isProtocol(IpProtocol)) return [];
  const direction = IsEgress ? 'egress' : 'ingress';
  return [{ id: SecurityGroupRuleId, direction, protocol: IpProtocol, fromPort: FromPort, toPort: ToPort, source }];
}

function sourceOf({ CidrIpv4, ReferencedGroupInfo }: SecurityGroupRule): network.SecurityRule['source'] | undefined {
  if (CidrIpv4 !== undefined) return { cidr: CidrIpv4 };
  const { GroupId, UserId = '' } = ReferencedGroupInfo ?? {};
  return GroupId === undefined ? undefined : { groupId: GroupId, ownerId: UserId };
}

const isProtocol = (text: string): text is network.SecurityProtocol => ['-1', 'tcp', 'udp', 'icmp'].includes(text);

function interfaceFact(at: NetworkInterface, { region }: Described): Interface {
  const { NetworkInterfaceId = '', OwnerId = '', VpcId = '', SubnetId = '', PrivateIpAddresses = [], Groups = [] } = at;
  const primaryFirst = PrivateIpAddresses.toSorted((a, b) => Number(b.Primary ?? false) - Number(a.Primary ?? false));
  return {
    id: NetworkInterfaceId,
    ownerId: OwnerId,
    region,
    vpcId: VpcId,
    subnetId: SubnetId,
    ips: primaryFirst.flatMap(({ PrivateIpAddress }) => PrivateIpAddress ?? []),
    groupIds: Groups.flatMap(({ GroupId }) => GroupId ?? []),
    publicIps: new Map(
      PrivateIpAddresses.flatMap(({ PrivateIpAddress = '', Association }) =>
        Association?.PublicIp === undefined ? [] : [[PrivateIpAddress, Association.PublicIp] as const],
      ),
    ),
    interfaceType: at.InterfaceType ?? 'interface',
    description: at.Description ?? '',
  };
}

function peeringFact(peering: VpcPeeringConnection): network.Peering {
  const { VpcPeeringConnectionId = '', RequesterVpcInfo = {}, AccepterVpcInfo = {}, Status } = peering;
  return {
    id: VpcPeeringConnectionId,
    ownerId: RequesterVpcInfo.OwnerId ?? '',
    requesterVpcId: RequesterVpcInfo.VpcId ?? '',
    requesterOwnerId: RequesterVpcInfo.OwnerId ?? '',
    accepterVpcId: AccepterVpcInfo.VpcId ?? '',
    accepterOwnerId: AccepterVpcInfo.OwnerId ?? '',
    status: Status?.Code ?? '',
  };
}
