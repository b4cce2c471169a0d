import * as CF from '@aws-sdk/client-cloudformation';
import * as EC2 from '@aws-sdk/client-ec2';
import { GetRolePolicyCommand, IAMClient, ListAttachedRolePoliciesCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal } from '../testing/errors.ts';
import { type TestServer, testServer } from '../testing/server.ts';

let server: TestServer;
let stacks: CF.CloudFormationClient;
let ec2: EC2.EC2Client;
let iam: IAMClient;

beforeAll(async () => {
  server = await testServer();
  stacks = new CF.CloudFormationClient(server.client());
  ec2 = new EC2.EC2Client(server.client());
  iam = new IAMClient(server.client());
});
afterAll(() => server[Symbol.asyncDispose]());

const waiting = () => ({ client: stacks, maxWaitTime: 10, minDelay: 0.005, maxDelay: 0.01 });
const Capabilities: CF.Capability[] = ['CAPABILITY_NAMED_IAM'];

type Resources = Record<string, { Type: string; Properties?: object; DependsOn?: string }>;
const bodyOf = (Resources: Resources, more: object = {}) => JSON.stringify({ Resources, ...more });
const created = async (StackName: string, TemplateBody: string) => {
  await stacks.send(new CF.CreateStackCommand({ StackName, TemplateBody, Capabilities }));
  await CF.waitUntilStackCreateComplete(waiting(), { StackName });
};
const update = (StackName: string, TemplateBody: string, more: Partial<CF.UpdateStackCommandInput> = {}) =>
  stacks.send(new CF.UpdateStackCommand({ StackName, TemplateBody, Capabilities, ...more }));
const updated = async (StackName: string, TemplateBody: string, more = {}) => {
  await update(StackName, TemplateBody, more);
  await CF.waitUntilStackUpdateComplete(waiting(), { StackName });
};
const idsOf = async (StackName: string) => {
  const { StackResources = [] } = await stacks.send(new CF.DescribeStackResourcesCommand({ StackName }));
  return Object.fromEntries(StackResources.map((each) => [each.LogicalResourceId, each.PhysicalResourceId]));
};
const statusOf = async (StackName: string) =>
  (await stacks.send(new CF.DescribeStacksCommand({ StackName }))).Stacks?.[0]?.StackStatus;

const vpc = (owner: string) => ({
  Type: 'AWS::EC2::VPC',
  Properties: { CidrBlock: '10.9.0.0/16', Tags: [{ Key: 'owner', Value: owner }] },
});
const subnet = (CidrBlock: string) => ({
  Type: 'AWS::EC2::Subnet',
  Properties: { VpcId: { Ref: 'VPC' }, CidrBlock, AvailabilityZone: 'us-east-2a' },
});
const group = (...ports: number[]) => ({
  Type: 'AWS::EC2::SecurityGroup',
  Properties: {
    GroupDescription: 'of a test',
    VpcId: { Ref: 'VPC' },
    SecurityGroupIngress: ports.map((port) => ({
      IpProtocol: 'tcp',
      FromPort: port,
      ToPort: port,
      CidrIp: '10.0.0.0/8',
    })),
  },
});
const table = { Type: 'AWS::EC2::RouteTable', Properties: { VpcId: { Ref: 'VPC' } } };
const association = {
  Type: 'AWS::EC2::SubnetRouteTableAssociation',
  Properties: { SubnetId: { Ref: 'Subnet' }, RouteTableId: { Ref: 'Table' } },
};

test('update: what can stay is changed in place, the rest is made anew, what is gone is deleted', async () => {
  const before = {
    VPC: vpc('me'),
    Subnet: subnet('10.9.1.0/24'),
    Group: group(80, 443),
    Table: table,
    In: association,
  };
  await created('changing', bodyOf({ ...before, Gateway: { Type: 'AWS::EC2::InternetGateway' } }));
  const old = await idsOf('changing');
  const after = { ...before, VPC: vpc('you'), Subnet: subnet('10.9.2.0/24'), Group: group(443, 8080), Second: table };
  await updated('changing', bodyOf(after));
  const now = await idsOf('changing');
  expect(Object.keys(now).toSorted()).toEqual(['Group', 'In', 'Second', 'Subnet', 'Table', 'VPC']);
  expect(now).toMatchObject({ VPC: old['VPC'], Group: old['Group'], Table: old['Table'] });
  expect([now['Subnet'], now['In']]).not.toContain(old['Subnet']);
  expect(now['In']).not.toBe(old['In']); // it refers to what was replaced
  const [Vpc] = (await ec2.send(new EC2.DescribeVpcsCommand({ VpcIds: [now['VPC'] ?? ''] }))).Vpcs ?? [];
  expect(Vpc?.Tags).toContainEqual({ Key: 'owner', Value: 'you' });
  const [Group] =
    (await ec2.send(new EC2.DescribeSecurityGroupsCommand({ GroupIds: [now['Group'] ?? ''] }))).SecurityGroups ?? [];
  expect(Group?.IpPermissions?.map(({ FromPort }) => FromPort).toSorted()).toEqual([443, 8080]);
  const { Subnets = [] } = await ec2.send(
    new EC2.DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [now['VPC'] ?? ''] }] }),
  );
  expect(Subnets.map(({ CidrBlock }) => CidrBlock)).toEqual(['10.9.2.0/24']);
  const gateways = await ec2.send(new EC2.DescribeInternetGatewaysCommand({}));
  expect(gateways.InternetGateways?.map(({ InternetGatewayId: id }) => id)).not.toContain(old['Gateway']);

  expect(await refusal(update('changing', bodyOf(after)))).toMatchObject({
    message: 'No updates are to be performed.',
  });
  await stacks.send(new CF.DeleteStackCommand({ StackName: 'changing' }));
  await CF.waitUntilStackDeleteComplete(waiting(), { StackName: 'changing' });
});

test('update: one that fails takes back what was done', async () => {
  const before = { VPC: vpc('me'), Subnet: subnet('10.9.1.0/24'), Group: group(80) };
  await created('failing', bodyOf(before));
  const old = await idsOf('failing');
  await update(
    'failing',
    bodyOf({ ...before, Group: group(81), Table: table, Subnet: { ...subnet('10.99.0.0/24'), DependsOn: 'Table' } }),
  );
  await expect.poll(() => statusOf('failing')).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(await idsOf('failing')).toEqual(old);
  const [Group] =
    (await ec2.send(new EC2.DescribeSecurityGroupsCommand({ GroupIds: [old['Group'] ?? ''] }))).SecurityGroups ?? [];
  expect(Group?.IpPermissions?.map(({ FromPort }) => FromPort)).toEqual([80]);
  const { StackEvents = [] } = await stacks.send(new CF.DescribeStackEventsCommand({ StackName: 'failing' }));
  expect(
    StackEvents.find(({ ResourceStatus: status }) => status === 'CREATE_FAILED' || status === 'UPDATE_FAILED'),
  ).toMatchObject({
    LogicalResourceId: 'Subnet',
    ResourceStatusReason: expect.stringContaining('10.99.0.0/24'),
  });
  await updated('failing', bodyOf({ ...before, Group: group(82) })); // and can be updated again
});

const role = (name: string, policies: string[], action: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: name,
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    ManagedPolicyArns: policies.map((each) => `arn:aws:iam::aws:policy/${each}`),
    Policies: [
      {
        PolicyName: 'own',
        PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] },
      },
    ],
  },
});

test('update of a role: its policies change, its name can only with the template', async () => {
  await created('roles', bodyOf({ Role: role('changing', ['AmazonECS_FullAccess'], 'ecs:*') }));
  await updated('roles', bodyOf({ Role: role('changing', ['AmazonEKSWorkerNodePolicy'], 'eks:*') }));
  const { AttachedPolicies } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'changing' }));
  expect(AttachedPolicies?.map(({ PolicyName }) => PolicyName)).toEqual(['AmazonEKSWorkerNodePolicy']);
  const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName: 'changing', PolicyName: 'own' }));
  expect(decodeURIComponent(PolicyDocument)).toContain('eks:*');
  await updated('roles', bodyOf({ Role: role('changed', [], 'eks:*') }));
  expect(await idsOf('roles')).toEqual({ Role: 'changed' });
  const moved = role('changed', [], 'eks:*');
  await update('roles', bodyOf({ Role: { ...moved, Properties: { ...moved.Properties, Path: '/x/' } } }));
  await expect.poll(() => statusOf('roles')).toBe('UPDATE_ROLLBACK_COMPLETE');
});

const parameterised = (more: object = {}) =>
  bodyOf(
    { VPC: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: { Ref: 'Cidr' } } } },
    { Parameters: { Cidr: { Type: 'String', AllowedPattern: '10[.].*' } }, ...more },
  );
const cidr = (ParameterValue: string) => ({ Parameters: [{ ParameterKey: 'Cidr', ParameterValue }] });

test('change sets: say what would happen, and do it; a stack in review has nothing yet', async () => {
  const set = (ChangeSetName: string, more: Partial<CF.CreateChangeSetCommandInput>) =>
    stacks.send(
      new CF.CreateChangeSetCommand({ StackName: 'planned', ChangeSetName, TemplateBody: parameterised(), ...more }),
    );
  const describe = (ChangeSetName: string) =>
    stacks.send(new CF.DescribeChangeSetCommand({ StackName: 'planned', ChangeSetName }));
  const execute = (ChangeSetName: string) =>
    stacks.send(new CF.ExecuteChangeSetCommand({ StackName: 'planned', ChangeSetName }));

  expect(await refusal(set('early', cidr('10.1.0.0/16')))).toMatchObject({ message: 'Stack [planned] does not exist' });
  await set('first', { ...cidr('10.1.0.0/16'), ChangeSetType: 'CREATE' });
  await CF.waitUntilChangeSetCreateComplete(waiting(), { StackName: 'planned', ChangeSetName: 'first' });
  expect(await statusOf('planned')).toBe('REVIEW_IN_PROGRESS');
  expect(await describe('first')).toMatchObject({
    ExecutionStatus: 'AVAILABLE',
    Changes: [{ ResourceChange: { Action: 'Add', LogicalResourceId: 'VPC' } }],
  });
  await execute('first');
  await CF.waitUntilStackCreateComplete(waiting(), { StackName: 'planned' });

  await set('same', { Parameters: [{ ParameterKey: 'Cidr', UsePreviousValue: true }] });
  expect(await describe('same')).toMatchObject({
    Status: 'FAILED',
    StatusReason: expect.stringContaining("didn't contain changes"),
  });
  expect(await refusal(execute('same'))).toMatchObject({ code: 'InvalidChangeSetStatus' });
  await stacks.send(new CF.DeleteChangeSetCommand({ StackName: 'planned', ChangeSetName: 'same' }));
  expect(await refusal(describe('same'))).toMatchObject({ code: 'ChangeSetNotFound' });

  await set('next', cidr('10.2.0.0/16'));
  const { VPC: PhysicalResourceId } = await idsOf('planned');
  expect(await describe('next')).toMatchObject({
    Changes: [{ ResourceChange: { Action: 'Modify', PhysicalResourceId, Replacement: 'True' } }],
  });
  await execute('next');
  await CF.waitUntilStackUpdateComplete(waiting(), { StackName: 'planned' });
  expect((await idsOf('planned'))['VPC']).not.toBe(PhysicalResourceId);
});

test.each<[name: string, body: string, more: object, message: RegExp]>([
  ['a value that is not allowed', parameterised(), cidr('192.168.0.0/16'), /Cidr failed to satisfy constraint/],
  ['a condition', parameterised({ Conditions: {} }), cidr('10.1.0.0/16'), /section Conditions is not supported/],
  ['a transformation', parameterised({ Transform: 'AWS::Serverless' }), {}, /section Transform is not supported/],
  [
    'a conditional output',
    parameterised({ Outputs: { A: { Value: 1, Condition: 'x' } } }),
    {},
    /output attribute Condition/,
  ],
  [
    'a parameter of the parameter store',
    bodyOf({ VPC: vpc('a') }, { Parameters: { A: { Type: 'AWS::SSM::Parameter::Value<String>' } } }),
    {},
    /AWS::SSM::Parameter::Value<String> of parameter A/,
  ],
  ['tags', bodyOf({ VPC: vpc('a') }), { Tags: [{ Key: 'a', Value: 'b' }] }, /Changing the tags of a stack/],
  ['a stack policy', bodyOf({ VPC: vpc('a') }), { StackPolicyBody: '{}' }, /StackPolicyBody/],
  ['a snapshot', bodyOf({ VPC: { ...vpc('a'), DeletionPolicy: 'Snapshot' } as never }), {}, /DeletionPolicy Snapshot/],
])('update: %s is refused by name', async (_, body, more, message) => {
  await created('refusing', bodyOf({ VPC: vpc('me') })).catch(() => {});
  expect((await refusal(update('refusing', body, more)))?.message).toMatch(message);
});

test('update: a stack that is not there, or failed, can not be', async () => {
  expect(await refusal(update('nowhere', bodyOf({ VPC: vpc('a') })))).toMatchObject({
    message: expect.stringContaining('does not exist'),
  });
  await stacks.send(
    new CF.CreateStackCommand({
      StackName: 'broken',
      TemplateBody: bodyOf({ VPC: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: 'x' } } }),
    }),
  );
  await expect.poll(() => statusOf('broken')).toBe('ROLLBACK_COMPLETE');
  expect((await refusal(update('broken', bodyOf({ VPC: vpc('a') }))))?.message).toMatch(
    /is in ROLLBACK_COMPLETE state and can not be updated/,
  );
});
