import * as IAM from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal } from '../testing/errors.ts';
import { allowing, trusting } from '../testing/policies.ts';
import { external, local, type TestServer, testServer } from '../testing/server.ts';

const roleArn = `arn:aws:iam::${local}:role/teams/mesh/operator`;
const admin = `arn:aws:iam::${local}:user/admin`;
const managed = `arn:aws:iam::${local}:policy/boundary`;
let server: TestServer;
let iam: IAM.IAMClient;

beforeAll(async () => {
  server = await testServer();
  iam = new IAM.IAMClient(server.client());
  const PolicyDocument = allowing(['ecs:*', 'ec2:*']);
  await iam.send(new IAM.CreatePolicyCommand({ PolicyName: 'boundary', PolicyDocument }));
  const role = { RoleName: 'operator', Path: '/teams/mesh/', PermissionsBoundary: managed };
  const AssumeRolePolicyDocument = trusting({ AWS: admin });
  await iam.send(new IAM.CreateRoleCommand({ ...role, AssumeRolePolicyDocument }));
  const inline: Record<string, string> = {
    clusters: allowing(['ecs:*', 'iam:CreateRole'], '*'),
    networks: allowing('ec2:*', `arn:aws:ec2:us-east-2:${local}:vpc/*`),
    tagged: allowing('ec2:RunInstances', '*', { Condition: { StringEquals: { 'aws:RequestTag/owner': 'me' } } }),
    never: allowing('ecs:DeleteCluster', '*', { Effect: 'Deny' }),
  };
  for (const [PolicyName, document] of Object.entries(inline))
    await iam.send(new IAM.PutRolePolicyCommand({ RoleName: 'operator', PolicyName, PolicyDocument: document }));
});
afterAll(() => server[Symbol.asyncDispose]());

type Input = Partial<IAM.SimulatePrincipalPolicyCommandInput>;
const simulate = (ActionNames: string[], more: Input = {}) =>
  iam.send(new IAM.SimulatePrincipalPolicyCommand({ PolicySourceArn: roleArn, ActionNames, ...more }));
const first = async (ActionNames: string[], more?: Input) => (await simulate(ActionNames, more)).EvaluationResults?.[0];

const owner: Input = {
  ContextEntries: [{ ContextKeyName: 'aws:RequestTag/owner', ContextKeyValues: ['me'], ContextKeyType: 'string' }],
};
const vpc: Input = { ResourceArns: [`arn:aws:ec2:us-east-2:${local}:vpc/*`] };

test.each<[string, string, Input, IAM.PolicyEvaluationDecisionType, string[], string[]]>([
  ['allowed', 'ecs:CreateCluster', {}, 'allowed', ['role_operator_clusters'], []],
  ['denied', 'ecs:DeleteCluster', {}, 'explicitDeny', ['role_operator_never'], []],
  ['not mentioned', 'eks:CreateCluster', {}, 'implicitDeny', [], []],
  ['beyond the boundary', 'iam:CreateRole', {}, 'implicitDeny', [], []],
  ['other resources only', 'ec2:CreateVpc', {}, 'implicitDeny', [], []],
  ['on that resource', 'ec2:CreateVpc', vpc, 'allowed', ['role_operator_networks'], []],
  ['on a condition', 'ec2:RunInstances', {}, 'implicitDeny', [], ['aws:RequestTag/owner']],
  ['its condition met', 'ec2:RunInstances', owner, 'allowed', ['role_operator_tagged'], []],
  [
    'with another policy',
    'ec2:CreateVpc',
    { PolicyInputList: [allowing('ec2:CreateVpc')] },
    'allowed',
    ['PolicyInputList.1'],
    [],
  ],
  [
    'with another boundary',
    'ecs:CreateCluster',
    { PermissionsBoundaryPolicyInputList: [allowing('iam:*')] },
    'implicitDeny',
    [],
    [],
  ],
])('simulation: %s', async (_what, action, more, decision, statements, missing) => {
  const result = await first([action], more);
  expect([result?.EvalActionName, result?.EvalDecision]).toEqual([action, decision]);
  expect((result?.MatchedStatements ?? []).map(({ SourcePolicyId }) => SourcePolicyId)).toEqual(statements);
  expect(result?.MissingContextValues ?? []).toEqual(missing);
});

test('simulation: one result per action and resource', async () => {
  const ResourceArns = [...(vpc.ResourceArns ?? []), `arn:aws:ec2:us-east-2:${local}:subnet/*`];
  const { EvaluationResults = [] } = await simulate(['ec2:CreateSubnet'], { ResourceArns });
  expect(EvaluationResults.map((one) => [one.EvalResourceName, one.EvalDecision])).toEqual([
    [ResourceArns[0], 'allowed'],
    [ResourceArns[1], 'implicitDeny'],
  ]);
  expect(EvaluationResults[1]).toMatchObject({
    PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
    ResourceSpecificResults: [{ EvalResourceName: ResourceArns[1], EvalResourceDecision: 'implicitDeny' }],
  });
});

test('simulation: of a user, as another caller, in pages', async () => {
  const pages = IAM.paginateSimulatePrincipalPolicy(
    { client: iam, pageSize: 1 },
    { PolicySourceArn: admin, CallerArn: roleArn, ActionNames: ['iam:CreateRole', 'sts:AssumeRole'] },
  );
  const found: unknown[] = [];
  for await (const { EvaluationResults = [] } of pages) found.push(EvaluationResults.map((each) => each.EvalDecision));
  expect(found).toEqual([['allowed'], ['allowed']]);
});

test.each<[string, Input, string]>([
  ['a session', { PolicySourceArn: `arn:aws:sts::${local}:assumed-role/operator/me` }, 'InvalidInput'],
  ['no such role', { PolicySourceArn: `arn:aws:iam::${local}:role/none` }, 'NoSuchEntity'],
  ['a role without its path', { PolicySourceArn: `arn:aws:iam::${local}:role/operator` }, 'NoSuchEntity'],
  ['a user of another account', { PolicySourceArn: `arn:aws:iam::${external}:user/admin` }, 'AccessDenied'],
  ['an action with a wildcard', { ActionNames: ['ec2:*'] }, 'InvalidInput'],
  ['an action without its service', { ActionNames: ['CreateVpc'] }, 'InvalidInput'],
  ['a resource that is none', { ResourceArns: ['vpc-1'] }, 'InvalidInput'],
  ['a policy that is none', { PolicyInputList: ['{}'] }, 'InvalidInput'],
])('simulation: %s is refused', async (_what, input, code) => {
  expect(await refusal(simulate(['ec2:CreateVpc'], input))).toMatchObject({ code });
});

test('simulation: is itself a permission', async () => {
  const sts = new STSClient(server.client());
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'me' }));
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  const limited = new IAM.IAMClient({ ...server.client(), credentials });
  const ask = new IAM.SimulatePrincipalPolicyCommand({ PolicySourceArn: roleArn, ActionNames: ['ecs:CreateCluster'] });
  expect(await refusal(limited.send(ask))).toMatchObject({ code: 'AccessDenied', status: 403 });
});
