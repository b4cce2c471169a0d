import type { AwsCase } from './types.ts';

const template = JSON.stringify({
  Resources: {
    VPC: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.5.0.0/16' } },
    Table: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'VPC' } } },
  },
});

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
];
