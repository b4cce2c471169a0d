import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcPeeringConnectionsCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import { ListClustersCommand, ListServicesCommand, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { ListClustersCommand as ListEksClustersCommand } from '@aws-sdk/client-eks';
import { DescribeLoadBalancersCommand, DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ListAttachedRolePoliciesCommand,
  ListOpenIDConnectProvidersCommand,
  ListPoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import type { AwsClients } from '@meshbed/clients/aws';

/** Everything that an account has, one line each, without any knowledge of what is ours. */
export async function everythingIn(aws: AwsClients): Promise<string[]> {
  const parts = await Promise.all([network(aws), balancers(aws), compute(aws), identities(aws)]);
  return parts.flat().toSorted();
}

const lines = <T>(kind: string, items: readonly T[] | undefined, textOf: (item: T) => unknown): string[] =>
  (items ?? []).map((item) => `${kind} ${JSON.stringify(textOf(item))}`);

const over: ReadonlySet<string | undefined> = new Set(['deleted', 'failed', 'rejected', 'terminated']);

async function network({ ec2 }: AwsClients): Promise<string[]> {
  const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({}));
  const { VpcPeeringConnections = [] } = await ec2.send(new DescribeVpcPeeringConnectionsCommand({}));
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({}));
  const { SecurityGroupRules } = await ec2.send(new DescribeSecurityGroupRulesCommand({}));
  return [
    ...lines('vpc', (await ec2.send(new DescribeVpcsCommand({}))).Vpcs, (each) => each),
    ...lines('subnet', (await ec2.send(new DescribeSubnetsCommand({}))).Subnets, (each) => each),
    ...lines('gateway', (await ec2.send(new DescribeInternetGatewaysCommand({}))).InternetGateways, (each) => each),
    ...lines('route table', (await ec2.send(new DescribeRouteTablesCommand({}))).RouteTables, (each) => each),
    ...lines('address', (await ec2.send(new DescribeAddressesCommand({}))).Addresses, (each) => each),
    ...lines('interface', (await ec2.send(new DescribeNetworkInterfacesCommand({}))).NetworkInterfaces, (each) => each),
    ...lines('group', (await ec2.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups, (each) => each),
    ...lines('rule', SecurityGroupRules, (each) => each),
    ...lines(
      'nat',
      NatGateways.filter(({ State }) => !over.has(State)),
      ({ NatGatewayId }) => NatGatewayId,
    ),
    ...lines(
      'peering',
      VpcPeeringConnections.filter(({ Status }) => !over.has(Status?.Code)),
      ({ VpcPeeringConnectionId }) => VpcPeeringConnectionId,
    ),
    ...lines(
      'instance',
      Reservations.flatMap(({ Instances = [] }) => Instances).filter(({ State }) => !over.has(State?.Name)),
      ({ InstanceId }) => InstanceId,
    ),
  ];
}

async function balancers({ loadBalancers }: AwsClients): Promise<string[]> {
  const { LoadBalancers } = await loadBalancers.send(new DescribeLoadBalancersCommand({}));
  const { TargetGroups } = await loadBalancers.send(new DescribeTargetGroupsCommand({}));
  return [
    ...lines('load balancer', LoadBalancers, ({ LoadBalancerArn }) => LoadBalancerArn),
    ...lines('target group', TargetGroups, ({ TargetGroupArn }) => TargetGroupArn),
  ];
}

async function compute({ ecs, eks, logs }: AwsClients): Promise<string[]> {
  const { clusterArns = [] } = await ecs.send(new ListClustersCommand({}));
  const services = await Promise.all(clusterArns.map((cluster) => ecs.send(new ListServicesCommand({ cluster }))));
  const active = await ecs.send(new ListTaskDefinitionsCommand({ status: 'ACTIVE' }));
  const inactive = await ecs.send(new ListTaskDefinitionsCommand({ status: 'INACTIVE' }));
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
  return [
    ...lines('cluster', clusterArns, (arn) => arn),
    ...lines(
      'service',
      services.flatMap(({ serviceArns = [] }) => serviceArns),
      (arn) => arn,
    ),
    ...lines(
      'task definition',
      [...(active.taskDefinitionArns ?? []), ...(inactive.taskDefinitionArns ?? [])],
      (arn) => arn,
    ),
    ...lines('eks cluster', (await eks.send(new ListEksClustersCommand({}))).clusters, (name) => name),
    ...lines('log group', logGroups, ({ arn }) => arn),
  ];
}

async function identities({ iam }: AwsClients): Promise<string[]> {
  const { Roles = [] } = await iam.send(new ListRolesCommand({}));
  const roles = await Promise.all(
    Roles.map(async (role) => {
      const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: role.RoleName }));
      const { PolicyNames } = await iam.send(new ListRolePoliciesCommand({ RoleName: role.RoleName }));
      return { ...role, AttachedPolicies, PolicyNames };
    }),
  );
  const { OpenIDConnectProviderList } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
  return [
    ...lines('role', roles, (role) => role),
    ...lines('policy', (await iam.send(new ListPoliciesCommand({ Scope: 'Local' }))).Policies, ({ Arn }) => Arn),
    ...lines('oidc provider', OpenIDConnectProviderList, ({ Arn }) => Arn),
  ];
}
