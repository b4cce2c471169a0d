import type { AwsCase } from './types.ts';

const template = JSON.stringify({
  Resources: {
    VPC: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.5.0.0/16' } },
    Table: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'VPC' } } },
  },
});

const withGateway = JSON.stringify({
  Resources: {
    ...(JSON.parse(template) as { Resources: object }).Resources,
    Gateway: { Type: 'AWS::EC2::InternetGateway' },
  },
});
const planned = { StackName: '${n}-planned', ChangeSetName: 'first' };
const update = { StackName: '${n}-planned' };
const tagging = 'resourcegroupstaggingapi';

export const stackCases: readonly AwsCase[] = [
  {
    area: 'cloudformation',
    name: 'stack: is made, described, and deleted when nothing is in its way',
    steps: [
      {
        call: 'cloudformation CreateStack',
        input: { StackName: '${n}-stack', TemplateBody: template },
        save: { stack: 'StackId' },
      },
      { call: 'cloudformation wait StackCreateComplete', input: { StackName: '${n}-stack' } },
      {
        call: 'cloudformation CreateStack',
        input: { StackName: '${n}-stack', TemplateBody: template },
        fails: 'AlreadyExistsException',
      },
      {
        call: 'cloudformation DescribeStackResource',
        input: { StackName: '${n}-stack', LogicalResourceId: 'VPC' },
        save: { vpc: 'StackResourceDetail.PhysicalResourceId' },
      },
      {
        call: 'ec2 CreateSecurityGroup',
        input: { GroupName: 'stays', Description: 'x', VpcId: '${vpc}' },
        save: { group: 'GroupId' },
      },
      { call: 'ec2 DeleteVpc', input: { VpcId: '${vpc}' }, fails: 'DependencyViolation' },
      { call: 'ec2 DeleteSecurityGroup', input: { GroupId: '${group}' } },
      { call: 'cloudformation DeleteStack', input: { StackName: '${n}-stack' } },
      { call: 'cloudformation wait StackDeleteComplete', input: { StackName: '${stack}' } },
      {
        call: 'cloudformation DescribeStacks',
        input: { StackName: '${stack}' },
        expect: { Stacks: [{ StackStatus: 'DELETE_COMPLETE' }] },
      },
      { call: 'cloudformation DescribeStacks', input: { StackName: '${n}-stack' }, fails: 'ValidationError' },
    ],
  },
  {
    area: 'cloudformation',
    name: 'change sets and updates: what would happen, and what happens',
    steps: [
      {
        call: 'cloudformation CreateChangeSet',
        input: { ...planned, ChangeSetType: 'CREATE', TemplateBody: template },
      },
      { call: 'cloudformation wait ChangeSetCreateComplete', input: planned },
      { call: 'cloudformation ExecuteChangeSet', input: planned },
      { call: 'cloudformation wait StackCreateComplete', input: { StackName: '${n}-planned' } },
      { call: 'cloudformation UpdateStack', input: { ...update, TemplateBody: template }, fails: 'ValidationError' },
      { call: 'cloudformation UpdateStack', input: { ...update, TemplateBody: withGateway } },
      { call: 'cloudformation wait StackUpdateComplete', input: { StackName: '${n}-planned' } },
      {
        call: 'cloudformation DescribeStackResource',
        input: { StackName: '${n}-planned', LogicalResourceId: 'Gateway' },
        expect: { StackResourceDetail: { ResourceStatus: 'CREATE_COMPLETE' } },
      },
      { call: 'cloudformation DeleteStack', input: { StackName: '${n}-planned' } },
      { call: 'cloudformation wait StackDeleteComplete', input: { StackName: '${n}-planned' } },
    ],
  },
  {
    area: 'tags',
    name: 'of several services: set, found and taken away by one',
    steps: [
      { call: 'logs CreateLogGroup', input: { logGroupName: '/${n}/tags', tags: { case: '${n}-one' } } },
      {
        call: 'ecs CreateCluster',
        input: { clusterName: '${n}-tags' },
        save: { cluster: 'cluster.clusterArn' },
      },
      { call: `${tagging} TagResources`, input: { ResourceARNList: ['${cluster}'], Tags: { case: '${n}-two' } } },
      { call: `${tagging} GetTagValues`, input: { Key: 'case' }, expect: { TagValues: ['${n}-one', '${n}-two'] } },
      {
        call: `${tagging} GetResources`,
        input: { TagFilters: [{ Key: 'case', Values: ['${n}-two'] }] },
        expect: { ResourceTagMappingList: [{ ResourceARN: '${cluster}' }] },
      },
      { call: `${tagging} UntagResources`, input: { ResourceARNList: ['${cluster}'], TagKeys: ['case'] } },
      { call: `${tagging} GetTagValues`, input: { Key: 'case' }, expect: { TagValues: ['${n}-one'] } },
      { call: 'logs DeleteLogGroup', input: { logGroupName: '/${n}/tags' } },
      { call: 'ecs DeleteCluster', input: { cluster: '${n}-tags' } },
    ],
  },
];
