import type { AwsCase } from './types.ts';

const inVpc = [{ Name: 'vpc-id', Values: ['${vpc}'] }];

/** What scripts look at before they begin, and look for when they have cleaned up. */
export const surroundingCases: readonly AwsCase[] = [
  {
    area: 'surroundings',
    name: 'a network: what it has without asking, what of it carries a tag, and what nobody can have made',
    steps: [
      {
        call: 'ec2 CreateVpc',
        input: {
          CidrBlock: '10.7.0.0/16',
          TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: '${n}-owner', Value: 'me' }] }],
        },
        save: { vpc: 'Vpc.VpcId' },
      },
      {
        call: 'resourcegroupstaggingapi GetResources',
        input: { TagFilters: [{ Key: '${n}-owner', Values: ['me', 'you'] }], ResourceTypeFilters: ['ec2:vpc'] },
        expect: { ResourceTagMappingList: [{ Tags: [{ Value: 'me' }] }] },
      },
      {
        call: 'ec2 DescribeNetworkAcls',
        input: { Filters: inVpc },
        expect: { NetworkAcls: [{ IsDefault: true }] },
      },
      { call: 'ec2 DescribeVpcEndpoints', input: { Filters: inVpc }, expect: { VpcEndpoints: [] } },
      { call: 'ec2 DescribeVolumes', input: { VolumeIds: ['vol-0'] }, fails: 'InvalidVolume.NotFound' },
      {
        call: 'ec2 DescribeInstanceTypes',
        input: { InstanceTypes: ['t2.medium'] },
        expect: { InstanceTypes: [{ VCpuInfo: { DefaultVCpus: 2 } }] },
      },
      { call: 'ec2 DescribeAccountAttributes', input: { AttributeNames: ['default-vpc'] } },
      { call: 'autoscaling DescribeAutoScalingGroups', input: { AutoScalingGroupNames: ['nobody'] } },
      { call: 'ssm GetParameter', input: { Name: '/nobody' }, fails: 'ParameterNotFound' },
      {
        call: 'ssm GetParameter',
        input: { Name: '/aws/service/eks/optimized-ami/1.34/amazon-linux-2023/x86_64/standard/recommended/image_id' },
        expect: { Parameter: { Type: 'String' } },
      },
      { call: 'iam ListAccountAliases', expect: { AccountAliases: [] } },
      { call: 'ec2 DeleteVpc', input: { VpcId: '${vpc}' } },
      {
        call: 'resourcegroupstaggingapi GetResources',
        input: { TagFilters: [{ Key: '${n}-owner' }] },
        expect: { ResourceTagMappingList: [] },
      },
    ],
  },
  {
    area: 'surroundings',
    name: 'ecs: settings of account and cluster, capacity providers',
    steps: [
      {
        call: 'ecs ListAccountSettings',
        input: { name: 'taskLongArnFormat', effectiveSettings: true },
        expect: { settings: [{ value: 'enabled' }] },
      },
      {
        call: 'ecs CreateCluster',
        input: {
          clusterName: '${n}-capacity',
          capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
          defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 1 }],
        },
        expect: { cluster: { status: 'ACTIVE' } },
      },
      {
        call: 'ecs UpdateClusterSettings',
        input: { cluster: '${n}-capacity', settings: [{ name: 'containerInsights', value: 'enabled' }] },
        expect: { cluster: { settings: [{ value: 'enabled' }] } },
      },
      { call: 'ecs DeleteCluster', input: { cluster: '${n}-capacity' } },
    ],
  },
];
