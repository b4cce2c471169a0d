import type { AccountName, Scenario } from '../../scenario/types.ts';
import { usesExternal } from '../../scenario/accounts.ts';
import {
  anywhere,
  ec2,
  ecsClusters,
  ecsServices,
  ecsTasks,
  eks,
  logGroups,
  logGroupsToRead,
  logStreams,
  oidcProviders,
  type On,
  policies,
  roles,
  rolesNamed,
  rolesToFind,
  taskDefinitions,
} from './places.ts';

/** Actions on the same objects. */
export interface Need {
  /** Separated by blanks. */
  actions: string;
  on: On;
  /** Whom roles are handed to. */
  passedTo?: string;
  /** `cleanup`: a run passes without them. */
  purpose: 'run' | 'cleanup';
  /** Default: in every account. */
  where?: (account: AccountName, scenario: Scenario) => boolean;
}

const run = (on: On, actions: string, more: Partial<Need> = {}): Need => ({ actions, on, purpose: 'run', ...more });
const cleanup = (on: On, actions: string, more: Partial<Need> = {}): Need => ({
  ...run(on, actions, more),
  purpose: 'cleanup',
});

const inLocal = { where: (account: AccountName): boolean => account === 'local' };
const peered = { where: (_account: AccountName, scenario: Scenario): boolean => usesExternal(scenario) };
const requester = {
  where: (account: AccountName, scenario: Scenario): boolean => account === 'local' && usesExternal(scenario),
};
const accepter = { where: (account: AccountName): boolean => account === 'external' };

const loadBalancers =
  'elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeTags elasticloadbalancing:DescribeTargetGroups elasticloadbalancing:DescribeTargetHealth';

/**
 * What `run`, its evidence and `cleanup` call. A test compares it with the commands in the code. What services do for
 * us in their own roles (nodes, load balancers, tasks) is not among it.
 */
export const needed: readonly Need[] = [
  run(
    anywhere,
    'ec2:DescribeAddresses ec2:DescribeAvailabilityZones ec2:DescribeInternetGateways ec2:DescribeNatGateways ec2:DescribeNetworkInterfaces ec2:DescribeRouteTables ec2:DescribeSecurityGroupRules ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeTags ec2:DescribeVpcAttribute ec2:DescribeVpcPeeringConnections ec2:DescribeVpcs',
  ),
  run(ec2('vpc'), 'ec2:CreateVpc ec2:ModifyVpcAttribute'),
  run(ec2('subnet', 'vpc'), 'ec2:CreateSubnet'),
  run(ec2('subnet'), 'ec2:ModifySubnetAttribute'),
  run(ec2('route-table', 'vpc'), 'ec2:CreateRouteTable'),
  run(ec2('route-table', 'subnet'), 'ec2:AssociateRouteTable'),
  run(ec2('route-table'), 'ec2:CreateRoute ec2:ReplaceRoute'),
  run(ec2('internet-gateway'), 'ec2:CreateInternetGateway'),
  run(ec2('internet-gateway', 'vpc'), 'ec2:AttachInternetGateway'),
  run(ec2('elastic-ip'), 'ec2:AllocateAddress'),
  run(ec2('natgateway', 'subnet', 'elastic-ip'), 'ec2:CreateNatGateway'),
  run(ec2('security-group', 'vpc'), 'ec2:CreateSecurityGroup'),
  run(ec2('security-group'), 'ec2:AuthorizeSecurityGroupIngress'),
  run(
    ec2('vpc', 'subnet', 'route-table', 'internet-gateway', 'elastic-ip', 'natgateway', 'security-group'),
    'ec2:CreateTags',
  ),
  run(ec2('vpc', 'vpc-peering-connection'), 'ec2:CreateVpcPeeringConnection', requester),
  run(ec2('vpc-peering-connection'), 'ec2:CreateTags', peered),
  run(ec2('vpc', 'vpc-peering-connection'), 'ec2:AcceptVpcPeeringConnection', accepter),
  run(anywhere, 'ecs:DescribeTaskDefinition ecs:ListClusters ecs:ListTaskDefinitions ecs:RegisterTaskDefinition'),
  run(ecsClusters, 'ecs:CreateCluster ecs:DescribeClusters ecs:TagResource'),
  run(ecsServices, 'ecs:CreateService ecs:DescribeServices ecs:TagResource ecs:UpdateService'),
  run(ecsTasks, 'ecs:DescribeTasks ecs:ExecuteCommand'),
  run(ecsClusters, 'ecs:ExecuteCommand'),
  // These are asked on what can't be named before (services and tasks of a cluster), without regard to a resource.
  run(anywhere, 'ecs:ListServices ecs:ListTasks'),
  run(anywhere, 'logs:DescribeLogGroups'),
  run(logGroups, 'logs:CreateLogGroup logs:TagResource'),
  run(logGroupsToRead, 'logs:ListTagsForResource'),
  run(logStreams, 'logs:GetLogEvents'),
  run(
    roles,
    'iam:AttachRolePolicy iam:CreateRole iam:GetRolePolicy iam:ListAttachedRolePolicies iam:ListRolePolicies iam:PutRolePolicy iam:TagRole iam:UpdateAssumeRolePolicy',
  ),
  run(rolesToFind, 'iam:GetRole'),
  run(
    policies,
    'iam:CreatePolicy iam:CreatePolicyVersion iam:GetPolicy iam:GetPolicyVersion iam:ListPolicyVersions iam:TagPolicy',
  ),
  run(rolesNamed(/\/eks-ecs-task-role$/), 'iam:PassRole', { passedTo: 'ecs-tasks.amazonaws.com' }),
  run(rolesNamed(/-(?:cluster|node)-role$/), 'iam:PassRole', { passedTo: 'eks.amazonaws.com', ...inLocal }),
  run(rolesNamed(/\/istiod-(?:role|eks-ecs-.*)$/), 'iam:PassRole', { passedTo: 'pods.eks.amazonaws.com', ...inLocal }),
  run(
    oidcProviders,
    'iam:CreateOpenIDConnectProvider iam:GetOpenIDConnectProvider iam:TagOpenIDConnectProvider',
    inLocal,
  ),
  run(anywhere, 'iam:ListOpenIDConnectProviders iam:ListPolicies', inLocal),
  run(
    eks('cluster'),
    'eks:CreateAddon eks:CreateCluster eks:CreateNodegroup eks:CreatePodIdentityAssociation eks:DescribeCluster eks:ListAddons eks:ListNodegroups eks:ListPodIdentityAssociations eks:TagResource',
    inLocal,
  ),
  run(eks('addon'), 'eks:DescribeAddon', inLocal),
  run(eks('nodegroup'), 'eks:DescribeNodegroup', inLocal),
  run(eks('podidentityassociation'), 'eks:DescribePodIdentityAssociation eks:UpdatePodIdentityAssociation', inLocal),
  run(anywhere, loadBalancers, inLocal),
  // A cleanup looks for everything everywhere.
  cleanup(anywhere, `iam:ListOpenIDConnectProviders iam:ListPolicies ${loadBalancers}`, accepter),
  cleanup(ec2('vpc'), 'ec2:DeleteVpc'),
  cleanup(ec2('subnet'), 'ec2:DeleteSubnet'),
  cleanup(ec2('route-table'), 'ec2:DeleteRoute ec2:DeleteRouteTable'),
  // By an association, which EC2 can't restrict.
  cleanup(anywhere, 'ec2:DisassociateRouteTable'),
  cleanup(ec2('internet-gateway'), 'ec2:DeleteInternetGateway'),
  cleanup(ec2('internet-gateway', 'vpc'), 'ec2:DetachInternetGateway'),
  cleanup(ec2('natgateway'), 'ec2:DeleteNatGateway'),
  cleanup(ec2('elastic-ip'), 'ec2:ReleaseAddress'),
  cleanup(
    ec2('security-group'),
    'ec2:DeleteSecurityGroup ec2:RevokeSecurityGroupEgress ec2:RevokeSecurityGroupIngress',
  ),
  cleanup(ec2('network-interface'), 'ec2:DeleteNetworkInterface'),
  cleanup(ec2('vpc-peering-connection'), 'ec2:DeleteVpcPeeringConnection', peered),
  cleanup(ecsClusters, 'ecs:DeleteCluster'),
  cleanup(ecsServices, 'ecs:DeleteService'),
  cleanup(taskDefinitions, 'ecs:DeleteTaskDefinitions'),
  cleanup(anywhere, 'ecs:DeregisterTaskDefinition'),
  cleanup(logGroups, 'logs:DeleteLogGroup'),
  cleanup(roles, 'iam:DeleteRole iam:DeleteRolePolicy iam:DetachRolePolicy iam:ListInstanceProfilesForRole'),
  cleanup(policies, 'iam:DeletePolicy iam:DeletePolicyVersion iam:ListPolicyTags'),
  cleanup(oidcProviders, 'iam:DeleteOpenIDConnectProvider', inLocal),
  cleanup(eks('cluster'), 'eks:DeleteCluster', inLocal),
  cleanup(eks('nodegroup'), 'eks:DeleteNodegroup', inLocal),
  cleanup(eks('podidentityassociation'), 'eks:DeletePodIdentityAssociation', inLocal),
  cleanup(anywhere, 'elasticloadbalancing:DeleteLoadBalancer elasticloadbalancing:DeleteTargetGroup', inLocal),
];
