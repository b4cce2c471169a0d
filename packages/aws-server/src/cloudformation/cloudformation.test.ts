import * as CF from '@aws-sdk/client-cloudformation';
import * as EC2 from '@aws-sdk/client-ec2';
import { AttachRolePolicyCommand, DetachRolePolicyCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal } from '../testing/errors.ts';
import { FakeKubernetes } from '../testing/fake-kubernetes.ts';
import { type TestServer, testServer } from '../testing/server.ts';
import { createGroup } from '../testing/vpc.ts';

let server: TestServer;
let stacks: CF.CloudFormationClient;
let ec2: EC2.EC2Client;
let iam: IAMClient;

beforeAll(async () => {
  server = await testServer({ kubernetes: new FakeKubernetes() });
  stacks = new CF.CloudFormationClient(server.client());
  ec2 = new EC2.EC2Client(server.client());
  iam = new IAMClient(server.client());
});
afterAll(() => server[Symbol.asyncDispose]());

const waiting = () => ({ client: stacks, maxWaitTime: 10, minDelay: 0.005, maxDelay: 0.01 });
const Capabilities: CF.Capability[] = ['CAPABILITY_NAMED_IAM'];

const create = (StackName: string, template: object | string, more: Partial<CF.CreateStackCommandInput> = {}) =>
  stacks.send(
    new CF.CreateStackCommand({
      StackName,
      TemplateBody: typeof template === 'string' ? template : JSON.stringify(template),
      Capabilities,
      ...more,
    }),
  );
const created = async (StackName: string, template: object | string, more = {}) => {
  await create(StackName, template, more);
  await CF.waitUntilStackCreateComplete(waiting(), { StackName });
};
const describeStack = async (StackName: string) =>
  (await stacks.send(new CF.DescribeStacksCommand({ StackName }))).Stacks?.[0];
const physicalId = async (StackName: string, LogicalResourceId: string) =>
  (await stacks.send(new CF.DescribeStackResourceCommand({ StackName, LogicalResourceId }))).StackResourceDetail
    ?.PhysicalResourceId ?? '';
const remove = (StackName: string) => stacks.send(new CF.DeleteStackCommand({ StackName }));
const settled = async (StackName: string, Status: string) => {
  await expect.poll(async () => (await describeStack(StackName))?.StackStatus).toBe(Status);
};

const network = `
Parameters:
  Cidr: { Type: String, Default: 10.7.0.0/16 }
Resources:
  VPC:
    Type: AWS::EC2::VPC
    Properties: { CidrBlock: !Ref Cidr, EnableDnsHostnames: true, Tags: [{ Key: Name, Value: !Sub '\${AWS::StackName}/VPC' }] }
  Gateway: { Type: AWS::EC2::InternetGateway }
  Attachment:
    Type: AWS::EC2::VPCGatewayAttachment
    Properties: { VpcId: !Ref VPC, InternetGatewayId: !Ref Gateway }
  Subnet:
    Type: AWS::EC2::Subnet
    Properties: { VpcId: !GetAtt VPC.VpcId, CidrBlock: 10.7.1.0/24, AvailabilityZone: !Select [1, !GetAZs ''] , MapPublicIpOnLaunch: true }
  Address: { Type: AWS::EC2::EIP, DependsOn: Attachment, Properties: { Domain: vpc } }
  Nat:
    Type: AWS::EC2::NatGateway
    Properties: { SubnetId: !Ref Subnet, AllocationId: !GetAtt Address.AllocationId }
  Table: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref VPC } }
  Way:
    Type: AWS::EC2::Route
    Properties: { RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat }
  InTable:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: { SubnetId: !Ref Subnet, RouteTableId: !Ref Table }
Outputs:
  Vpc: { Value: !Ref VPC, Export: { Name: !Sub '\${AWS::StackName}::VPC' } }
`;

test('stack: makes what the template says, in order, with tags, outputs and events; deletes it again', async () => {
  await created('net', network, { Tags: [{ Key: 'owner', Value: 'me' }] });
  const stack = await describeStack('net');
  const VpcId = await physicalId('net', 'VPC');
  expect(stack).toMatchObject({
    Outputs: [{ OutputKey: 'Vpc', OutputValue: VpcId, ExportName: 'net::VPC' }],
    Parameters: [{ ParameterKey: 'Cidr', ParameterValue: '10.7.0.0/16' }],
  });
  const { Vpcs } = await ec2.send(new EC2.DescribeVpcsCommand({ VpcIds: [VpcId] }));
  expect(Object.fromEntries((Vpcs?.[0]?.Tags ?? []).map(({ Key, Value }) => [Key, Value]))).toMatchObject({
    Name: 'net/VPC',
    owner: 'me',
    'aws:cloudformation:stack-name': 'net',
    'aws:cloudformation:logical-id': 'VPC',
  });
  const { Subnets } = await ec2.send(
    new EC2.DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId] }] }),
  );
  expect(Subnets).toMatchObject([{ AvailabilityZone: 'us-east-2b', MapPublicIpOnLaunch: true }]);
  const { StackEvents = [] } = await stacks.send(new CF.DescribeStackEventsCommand({ StackName: 'net' }));
  expect(StackEvents[0]).toMatchObject({ LogicalResourceId: 'net', ResourceStatus: 'CREATE_COMPLETE' });
  expect(await refusal(create('net', network))).toMatchObject({ code: 'AlreadyExistsException' });

  await remove('net');
  await CF.waitUntilStackDeleteComplete(waiting(), { StackName: stack?.StackId });
  expect((await describeStack(stack?.StackId ?? ''))?.StackStatus).toBe('DELETE_COMPLETE');
  expect(await refusal(describeStack('net'))).toEqual({
    code: 'ValidationError',
    status: 400,
    message: 'Stack with id net does not exist',
  });
  expect((await ec2.send(new EC2.DescribeVpcsCommand({}))).Vpcs).toEqual([]);
});

test('stack: what a user added to its VPC makes the deletion fail; after the cure it is deleted', async () => {
  await created('blocked', network);
  const vpcId = await physicalId('blocked', 'VPC');
  const GroupId = await createGroup(ec2, vpcId, 'of-a-user');
  await remove('blocked');
  await settled('blocked', 'DELETE_FAILED');
  expect(await describeStack('blocked')).toMatchObject({
    StackStatusReason: 'The following resource(s) failed to delete: [VPC]. ',
  });
  const { StackResources } = await stacks.send(
    new CF.DescribeStackResourcesCommand({ StackName: 'blocked', LogicalResourceId: 'VPC' }),
  );
  expect(StackResources?.[0]).toMatchObject({
    ResourceStatus: 'DELETE_FAILED',
    ResourceStatusReason: expect.stringContaining(`The vpc '${vpcId}' has dependencies and cannot be deleted`),
  });
  await ec2.send(new EC2.DeleteSecurityGroupCommand({ GroupId }));
  await remove('blocked');
  await CF.waitUntilStackDeleteComplete(waiting(), { StackName: 'blocked' });
});

const role = (RoleName: string) => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName,
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonECS_FullAccess'],
      },
    },
  },
});

test('role of a stack: a policy that somebody attached keeps it, and the stack', async () => {
  await created('identity', role('of-the-stack'));
  const RoleName = await physicalId('identity', 'Role');
  expect((await iam.send(new GetRoleCommand({ RoleName }))).Role?.RoleName).toBe('of-the-stack');
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonEKSClusterPolicy';
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  await remove('identity');
  await settled('identity', 'DELETE_FAILED');
  await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  await remove('identity');
  await CF.waitUntilStackDeleteComplete(waiting(), { StackName: 'identity' });
  expect(await refusal(iam.send(new GetRoleCommand({ RoleName })))).toMatchObject({ code: 'NoSuchEntity' });
});

test('stack: what can not be made is rolled back', async () => {
  const table = { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: 'vpc-00000000000000000' } };
  const gateway = { Type: 'AWS::EC2::InternetGateway' };
  await create('half', { Resources: { Gateway: gateway, Table: table } });
  await settled('half', 'ROLLBACK_COMPLETE');
  const { StackEvents = [] } = await stacks.send(new CF.DescribeStackEventsCommand({ StackName: 'half' }));
  expect(StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED')).toMatchObject({
    LogicalResourceId: 'Table',
    ResourceStatusReason: expect.stringContaining('InvalidVpcID.NotFound'),
  });
  expect((await ec2.send(new EC2.DescribeInternetGatewaysCommand({}))).InternetGateways).toEqual([]);
});

test('export: keeps its stack as long as another one imports it', async () => {
  await created('exporting', network);
  const importing = {
    Resources: {
      Table: { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { 'Fn::ImportValue': 'exporting::VPC' } } },
    },
  };
  await created('importing', importing);
  expect(await refusal(remove('exporting'))).toMatchObject({
    message: 'Export exporting::VPC cannot be deleted as it is in use by importing',
  });
  for (const StackName of ['importing', 'exporting']) {
    await remove(StackName);
    await CF.waitUntilStackDeleteComplete(waiting(), { StackName });
  }
});

const vpc = (properties: object, more: object = {}) => ({
  Resources: { V: { Type: 'AWS::EC2::VPC', Properties: properties, ...more } },
});

test.each<[name: string, template: object | string, more: Partial<CF.CreateStackCommandInput>, message: RegExp]>([
  [
    'an unknown type',
    { Resources: { B: { Type: 'AWS::S3::Bucket' } } },
    {},
    /Unrecognized resource types: \[AWS::S3::Bucket\]/,
  ],
  ['an unknown property', vpc({ Ipv4IpamPoolId: 'x' }), {}, /Ipv4IpamPoolId of V .* not supported/],
  ['an unknown section', { ...vpc({}), Conditions: {} }, {}, /section Conditions is not supported/],
  [
    'an unresolved reference',
    vpc({ CidrBlock: { Ref: 'Nowhere' } }),
    {},
    /Unresolved resource dependencies \[Nowhere\]/,
  ],
  [
    'a circle',
    { Resources: { A: { Type: 'AWS::EC2::VPC', DependsOn: 'B' }, B: { Type: 'AWS::EC2::VPC', DependsOn: 'A' } } },
    {},
    /Circular dependency/,
  ],
  ['no resources', '{}', {}, /At least one Resources member/],
  ['broken text', 'Resources: [', {}, /Template format error/],
  [
    'a role without the capability',
    role('x'),
    { Capabilities: [] },
    /Requires capabilities : \[CAPABILITY_NAMED_IAM\]/,
  ],
  [
    'a missing parameter',
    { ...vpc({}), Parameters: { P: { Type: 'String' } } },
    {},
    /Parameters: \[P\] must have values/,
  ],
  ['a strange parameter', vpc({}), { Parameters: [{ ParameterKey: 'Q', ParameterValue: '1' }] }, /\[Q\] do not exist/],
  [
    'a parameter of the call that is not modelled',
    vpc({}),
    { RoleARN: 'arn:aws:iam::1:role/x' },
    /The parameter RoleARN/,
  ],
])('CreateStack: refuses %s', async (_, template, more, message) => {
  expect((await refusal(create('refused', template, more))).message).toMatch(message);
});
