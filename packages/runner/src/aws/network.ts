import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type SecurityGroup,
  type Subnet,
} from '@aws-sdk/client-ec2';
import type { AwsClients } from '@meshbed/clients/aws';
import { MeshbedError } from '@meshbed/core';
import { filter } from './tags.ts';

/** Subnets whose Name tag says that they are public; where the tasks of local ECS clusters run. */
export async function publicSubnets({ ec2 }: AwsClients, vpcId: string): Promise<Subnet[]> {
  const Filters = [filter('vpc-id', vpcId), filter('tag:Name', '*Public*')];
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ Filters }));
  if (Subnets.length > 0) return Subnets;
  throw new MeshbedError('cloud/no-public-subnet', `the VPC ${vpcId} has no subnet with "Public" in its name`, {
    object: vpcId,
    next: 'run the step eks_cluster: meshbed run 1 --step eks_cluster',
  });
}

export async function securityGroupNamed(
  { ec2 }: AwsClients,
  vpcId: string,
  name: string,
): Promise<SecurityGroup | undefined> {
  const Filters = [filter('vpc-id', vpcId), filter('group-name', name)];
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  return SecurityGroups[0];
}
