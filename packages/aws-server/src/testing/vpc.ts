import * as EC2 from '@aws-sdk/client-ec2';
import type { Kind } from '../ec2/kinds.ts';

/** Waiters that ask again at once. */
export const quickly = (
  client: EC2.EC2Client,
): { client: EC2.EC2Client; maxWaitTime: number; minDelay: number; maxDelay: number } => ({
  client,
  maxWaitTime: 5,
  minDelay: 0.005,
  maxDelay: 0.01,
});

export const named = (kind: Kind, name: string): EC2.TagSpecification[] => [
  { ResourceType: kind, Tags: [{ Key: 'Name', Value: name }] },
];

export async function createVpc(ec2: EC2.EC2Client, CidrBlock = '10.1.0.0/16', name = 'test'): Promise<string> {
  const { Vpc } = await ec2.send(new EC2.CreateVpcCommand({ CidrBlock, TagSpecifications: named('vpc', name) }));
  return Vpc?.VpcId ?? '';
}

export async function createSubnet(
  ec2: EC2.EC2Client,
  VpcId: string,
  CidrBlock: string,
  more: Partial<EC2.CreateSubnetCommandInput> = {},
): Promise<string> {
  const { Subnet } = await ec2.send(new EC2.CreateSubnetCommand({ VpcId, CidrBlock, ...more }));
  return Subnet?.SubnetId ?? '';
}

export async function createGateway(ec2: EC2.EC2Client, VpcId?: string): Promise<string> {
  const { InternetGateway } = await ec2.send(new EC2.CreateInternetGatewayCommand({}));
  const InternetGatewayId = InternetGateway?.InternetGatewayId ?? '';
  if (VpcId !== undefined) await ec2.send(new EC2.AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
  return InternetGatewayId;
}

export async function createGroup(ec2: EC2.EC2Client, VpcId: string, GroupName: string): Promise<string> {
  const { GroupId } = await ec2.send(new EC2.CreateSecurityGroupCommand({ VpcId, GroupName, Description: 'test' }));
  return GroupId ?? '';
}

export async function createTable(ec2: EC2.EC2Client, VpcId: string): Promise<string> {
  const { RouteTable } = await ec2.send(new EC2.CreateRouteTableCommand({ VpcId }));
  return RouteTable?.RouteTableId ?? '';
}

export async function createNat(
  ec2: EC2.EC2Client,
  SubnetId: string,
): Promise<{ natId: string; allocationId: string }> {
  const { AllocationId } = await ec2.send(new EC2.AllocateAddressCommand({ Domain: 'vpc' }));
  const { NatGateway } = await ec2.send(new EC2.CreateNatGatewayCommand({ SubnetId, AllocationId }));
  return { natId: NatGateway?.NatGatewayId ?? '', allocationId: AllocationId ?? '' };
}
