// A network per account, each peered with each: peering is not transitive.
import {
  AcceptVpcPeeringConnectionCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  CreateVpcPeeringConnectionCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import { DescribeClusterCommand } from '@aws-sdk/client-eks';
import type { AwsClients } from '@meshbed/clients/aws';
import { systemClock, until } from '@meshbed/core';

export interface Network {
  aws: AwsClients;
  vpcId: string;
  cidr: string;
  subnets: string[];
  /** Of tasks; lets in every network of the mesh. */
  group: string;
}

const everyNetwork = ['10.0.0.0/8', '192.168.0.0/16'];

/** The public subnets of the EKS cluster's network; its pods let in every network from now on. */
export async function eksNetwork(aws: AwsClients, clusterName: string): Promise<Network> {
  const { cluster } = await aws.eks.send(new DescribeClusterCommand({ name: clusterName }));
  const { vpcId = '', clusterSecurityGroupId = '' } = cluster?.resourcesVpcConfig ?? {};
  const { Vpcs = [] } = await aws.ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
  await admitMesh(aws, clusterSecurityGroupId);
  const Filters = [
    { Name: 'vpc-id', Values: [vpcId] },
    { Name: 'tag:Name', Values: ['*Public*'] },
  ];
  const { Subnets = [] } = await aws.ec2.send(new DescribeSubnetsCommand({ Filters }));
  const subnets = Subnets.map(({ SubnetId = '' }) => SubnetId);
  return { aws, vpcId, cidr: Vpcs[0]?.CidrBlock ?? '', subnets, group: await taskGroup(aws, vpcId) };
}

/** `10.NUMBER.0.0/16` with one public subnet. */
export async function newNetwork(aws: AwsClients, number: number): Promise<Network> {
  const { ec2 } = aws;
  const cidr = `10.${number}.0.0/16`;
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: cidr }));
  const VpcId = Vpc?.VpcId ?? '';
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: `10.${number}.0.0/20` }));
  const SubnetId = Subnet?.SubnetId ?? '';
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const GatewayId = InternetGateway?.InternetGatewayId ?? '';
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: GatewayId, VpcId }));
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const RouteTableId = RouteTable?.RouteTableId ?? '';
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId }));
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
  return { aws, vpcId: VpcId, cidr, subnets: [SubnetId], group: await taskGroup(aws, VpcId) };
}

async function taskGroup(aws: AwsClients, VpcId: string): Promise<string> {
  const names = { GroupName: 'scale-tasks', Description: 'tasks of the mesh' };
  const { GroupId = '' } = await aws.ec2.send(new CreateSecurityGroupCommand({ VpcId, ...names }));
  await admitMesh(aws, GroupId);
  return GroupId;
}

async function admitMesh({ ec2 }: AwsClients, GroupId: string): Promise<void> {
  const IpRanges = everyNetwork.map((CidrIp) => ({ CidrIp }));
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 1, ToPort: 65_535, IpRanges }];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
}

export async function peer(one: Network, other: Network): Promise<void> {
  const { VpcPeeringConnection } = await one.aws.ec2.send(
    new CreateVpcPeeringConnectionCommand({
      VpcId: one.vpcId,
      PeerVpcId: other.vpcId,
      PeerOwnerId: other.aws.access.id,
      PeerRegion: other.aws.access.region,
    }),
  );
  const id = VpcPeeringConnection?.VpcPeeringConnectionId ?? '';
  await until(
    async () => {
      await other.aws.ec2.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId: id }));
      return { state: 'ready', value: id };
    },
    { clock: systemClock, what: `peering ${id}`, timeoutMs: 10_000, retryOn: () => true },
  );
  await Promise.all([routeTo(one, other.cidr, id), routeTo(other, one.cidr, id)]);
}

async function routeTo({ aws: { ec2 }, vpcId }: Network, DestinationCidrBlock: string, id: string): Promise<void> {
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }];
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
  for (const { RouteTableId } of RouteTables) {
    await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, VpcPeeringConnectionId: id }));
  }
}
