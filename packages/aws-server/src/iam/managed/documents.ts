interface Statement {
  Effect: 'Allow';
  Action: readonly string[] | string;
  Resource: readonly string[] | string;
  Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

const allow = (Action: readonly string[] | string, Resource: readonly string[] | string = '*'): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
});

const passTo = (...services: readonly string[]): Statement => ({
  ...allow('iam:PassRole'),
  Condition: { StringLike: { 'iam:PassedToService': services } },
});

const linkedRoles = (...services: readonly string[]): Statement => ({
  ...allow('iam:CreateServiceLinkedRole'),
  Condition: { StringLike: { 'iam:AWSServiceName': services } },
});

const describeNetwork = [
  'ec2:DescribeAccountAttributes',
  'ec2:DescribeAddresses',
  'ec2:DescribeAvailabilityZones',
  'ec2:DescribeDhcpOptions',
  'ec2:DescribeInstances',
  'ec2:DescribeInstanceTopology',
  'ec2:DescribeInternetGateways',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeRouteTables',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
];

const pullImages = [
  'ecr:GetAuthorizationToken',
  'ecr:BatchCheckLayerAvailability',
  'ecr:GetDownloadUrlForLayer',
  'ecr:BatchGetImage',
];

/** Path and name → what the policy grants, reduced to the services that this sandbox has. */
export const documents: Readonly<Record<string, readonly Statement[]>> = {
  AdministratorAccess: [allow('*')],
  ReadOnlyAccess: [
    allow([
      'ec2:Describe*',
      'ecs:Describe*',
      'ecs:List*',
      'eks:Describe*',
      'eks:List*',
      'elasticloadbalancing:Describe*',
    ]),
    allow(['iam:Get*', 'iam:List*', 'logs:Describe*', 'logs:Get*', 'logs:FilterLogEvents', 'sts:GetCallerIdentity']),
  ],
  AmazonEKSClusterPolicy: [
    allow([
      ...describeNetwork,
      'ec2:AuthorizeSecurityGroupIngress',
      'ec2:RevokeSecurityGroupIngress',
      'ec2:CreateSecurityGroup',
      'ec2:DeleteSecurityGroup',
      'ec2:CreateRoute',
      'ec2:DeleteRoute',
      'ec2:CreateTags',
      'elasticloadbalancing:*',
    ]),
    linkedRoles('elasticloadbalancing.amazonaws.com'),
  ],
  AmazonEKSVPCResourceController: [
    allow([
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:AttachNetworkInterface',
      'ec2:DetachNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:ModifyNetworkInterfaceAttribute',
    ]),
  ],
  AmazonEKSWorkerNodePolicy: [
    allow([...describeNetwork, 'ec2:DescribeInstanceTypes', 'ec2:DescribeVolumes', 'eks:DescribeCluster']),
    allow('eks-auth:AssumeRoleForPodIdentity'),
  ],
  AmazonEKS_CNI_Policy: [
    allow([
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
      'ec2:AttachNetworkInterface',
      'ec2:DetachNetworkInterface',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeInstances',
      'ec2:DescribeInstanceTypes',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DescribeTags',
      'ec2:ModifyNetworkInterfaceAttribute',
    ]),
    allow('ec2:CreateTags', 'arn:aws:ec2:*:*:network-interface/*'),
  ],
  AmazonEC2ContainerRegistryPullOnly: [
    allow([
      ...pullImages.filter((action) => action !== 'ecr:BatchCheckLayerAvailability'),
      'ecr:BatchImportUpstreamImage',
    ]),
  ],
  AmazonEC2ContainerRegistryReadOnly: [allow([...pullImages, 'ecr:Describe*', 'ecr:List*', 'ecr:GetRepositoryPolicy'])],
  AmazonSSMManagedInstanceCore: [
    allow([
      'ssm:DescribeAssociation',
      'ssm:GetDeployablePatchSnapshotForInstance',
      'ssm:GetDocument',
      'ssm:GetManifest',
      'ssm:GetParameter',
      'ssm:GetParameters',
      'ssm:ListAssociations',
      'ssm:ListInstanceAssociations',
      'ssm:PutInventory',
      'ssm:PutComplianceItems',
      'ssm:UpdateInstanceInformation',
    ]),
    allow([
      'ssmmessages:CreateControlChannel',
      'ssmmessages:CreateDataChannel',
      'ssmmessages:OpenControlChannel',
      'ssmmessages:OpenDataChannel',
      'ec2messages:*',
    ]),
  ],
  'service-role/AmazonECSTaskExecutionRolePolicy': [
    allow([...pullImages, 'logs:CreateLogStream', 'logs:PutLogEvents']),
  ],
  AmazonECS_FullAccess: [
    allow([
      'ecs:*',
      'ec2:Describe*',
      'ec2:AuthorizeSecurityGroupIngress',
      'ec2:CreateSecurityGroup',
      'ec2:DeleteSecurityGroup',
      'ec2:CreateRoute',
      'ec2:CreateRouteTable',
      'ec2:AssociateRouteTable',
      'ec2:CreateSubnet',
      'ec2:CreateVpc',
      'ec2:ModifySubnetAttribute',
      'ec2:ModifyVpcAttribute',
      'ec2:CreateInternetGateway',
      'ec2:AttachInternetGateway',
      'elasticloadbalancing:Describe*',
      'elasticloadbalancing:CreateListener',
      'elasticloadbalancing:CreateLoadBalancer',
      'elasticloadbalancing:CreateTargetGroup',
      'elasticloadbalancing:DeleteListener',
      'elasticloadbalancing:DeleteLoadBalancer',
      'elasticloadbalancing:DeleteTargetGroup',
      'iam:ListAttachedRolePolicies',
      'iam:ListInstanceProfiles',
      'iam:ListRoles',
      'logs:CreateLogGroup',
      'logs:DescribeLogGroups',
      'logs:FilterLogEvents',
      'servicediscovery:*',
    ]),
    passTo('ecs-tasks.amazonaws.com'),
    linkedRoles('ecs.amazonaws.com', 'elasticloadbalancing.amazonaws.com', 'autoscaling.amazonaws.com'),
  ],
  'service-role/AmazonEC2ContainerServiceforEC2Role': [
    allow([
      'ec2:DescribeTags',
      'ecs:CreateCluster',
      'ecs:DeregisterContainerInstance',
      'ecs:DiscoverPollEndpoint',
      'ecs:Poll',
      'ecs:RegisterContainerInstance',
      'ecs:StartTelemetrySession',
      'ecs:UpdateContainerInstancesState',
      'ecs:Submit*',
      ...pullImages,
      'logs:CreateLogStream',
      'logs:PutLogEvents',
    ]),
  ],
  AmazonEC2ContainerRegistryPowerUser: [
    allow([...pullImages, 'ecr:Describe*', 'ecr:List*', 'ecr:InitiateLayerUpload', 'ecr:PutImage']),
  ],
  AmazonEC2FullAccess: [allow(['ec2:*', 'elasticloadbalancing:*', 'cloudwatch:*', 'autoscaling:*'])],
  AmazonEC2ReadOnlyAccess: [allow(['ec2:Describe*', 'elasticloadbalancing:Describe*', 'autoscaling:Describe*'])],
  AmazonVPCReadOnlyAccess: [allow(describeNetwork)],
  AmazonSSMReadOnlyAccess: [allow(['ssm:Describe*', 'ssm:Get*', 'ssm:List*'])],
  AWSCloudFormationFullAccess: [allow('cloudformation:*')],
  CloudWatchAgentServerPolicy: [
    allow([
      'cloudwatch:PutMetricData',
      'ec2:DescribeVolumes',
      'ec2:DescribeTags',
      'logs:PutLogEvents',
      'logs:PutRetentionPolicy',
      'logs:DescribeLogStreams',
      'logs:DescribeLogGroups',
      'logs:CreateLogStream',
      'logs:CreateLogGroup',
    ]),
    allow('ssm:GetParameter', 'arn:aws:ssm:*:*:parameter/AmazonCloudWatch-*'),
  ],
  CloudWatchLogsFullAccess: [allow(['logs:*', 'cloudwatch:GenerateQuery'])],
  CloudWatchLogsReadOnlyAccess: [
    allow(['logs:Describe*', 'logs:Get*', 'logs:List*', 'logs:StartQuery', 'logs:StopQuery', 'logs:FilterLogEvents']),
  ],
  ElasticLoadBalancingFullAccess: [allow(['elasticloadbalancing:*', ...describeNetwork])],
  IAMFullAccess: [allow(['iam:*', 'organizations:Describe*', 'organizations:List*'])],
  IAMReadOnlyAccess: [allow(['iam:Get*', 'iam:List*', 'iam:Simulate*', 'iam:GenerateCredentialReport'])],
};
