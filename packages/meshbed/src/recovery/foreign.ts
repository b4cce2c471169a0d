import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AllocateAddressCommand,
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  type ResourceType,
  type TagSpecification,
} from '@aws-sdk/client-ec2';
import { CreateClusterCommand, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { CreatePolicyCommand, CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import type { AwsClients } from '@meshbed/clients/aws';

/** What somebody else has in the account: names and tags that resemble ours, and a network of another cluster. */
export async function createForeign(aws: AwsClients): Promise<void> {
  await Promise.all([network(aws), identities(aws), compute(aws)]);
}

const tagged = (type: ResourceType, name: string): TagSpecification[] => [
  {
    ResourceType: type,
    Tags: [
      { Key: 'Name', Value: name },
      { Key: 'meshbed/cluster', Value: 'istio-ecs-demo-of-others' },
    ],
  },
];

async function network({ ec2 }: AwsClients): Promise<void> {
  const TagSpecifications = tagged('vpc', 'istio-ecs-demo/VPC');
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '172.20.0.0/16', TagSpecifications }));
  const VpcId = Vpc?.VpcId;
  await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: '172.20.0.0/24' }));
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const GatewayId = InternetGateway?.InternetGatewayId;
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: GatewayId, VpcId }));
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const route = { RouteTableId: RouteTable?.RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId };
  await ec2.send(new CreateRouteCommand(route));
  const group = { GroupName: 'ecs-istio-ecs-demo-sg-of-others', Description: 'of others', VpcId };
  const { GroupId } = await ec2.send(new CreateSecurityGroupCommand(group));
  const rule = { IpProtocol: 'tcp', FromPort: 15_008, ToPort: 15_008, CidrIp: '10.1.0.0/16' };
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, ...rule }));
  await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
}

async function identities({ iam }: AwsClients): Promise<void> {
  const trust = { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
  const RoleName = 'istiod-local-of-others';
  await iam.send(new CreateRoleCommand({ RoleName, Path: '/ecs/ambient/', AssumeRolePolicyDocument }));
  const read = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ecs:List*', Resource: '*' }] };
  const PolicyDocument = JSON.stringify(read);
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'read', PolicyDocument }));
  await iam.send(new CreatePolicyCommand({ PolicyName: 'eks-ecs-task-policy-of-others', PolicyDocument }));
}

async function compute({ ecs, logs }: AwsClients): Promise<void> {
  await ecs.send(new CreateClusterCommand({ clusterName: 'ecs-istio-ecs-demo-of-others' }));
  const containerDefinitions = [{ name: 'shell', image: 'public.ecr.aws/j8r2p7b6/curl:latest' }];
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'shell-task-definition-of-others',
      networkMode: 'awsvpc',
      containerDefinitions,
    }),
  );
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/ecs-demo-of-others' }));
}
