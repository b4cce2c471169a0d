import * as EC2 from '@aws-sdk/client-ec2';
import * as ELB from '@aws-sdk/client-elastic-load-balancing-v2';
import * as IAM from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serviceOf } from '../accounts/index.ts';
import { refusal } from '../testing/errors.ts';
import { createVpc, named } from '../testing/vpc.ts';
import { allowing, trusting } from '../testing/policies.ts';
import { type ClientConfiguration, local, type TestServer, testServer } from '../testing/server.ts';

let server: TestServer;
let vpc: string;
beforeAll(async () => {
  server = await testServer();
  vpc = await createVpc(new EC2.EC2Client(server.client()));
});
afterAll(() => server[Symbol.asyncDispose]());

let counter = 0;

/** What clients of a role's session are made with; the role has the given policy and nothing else. */
async function sessionWith(policy?: string): Promise<ClientConfiguration> {
  const iam = new IAM.IAMClient(server.client());
  const RoleName = `role-${counter++}`;
  const trust = trusting({ AWS: `arn:aws:iam::${local}:user/admin` });
  await iam.send(new IAM.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  if (policy !== undefined) {
    await iam.send(new IAM.PutRolePolicyCommand({ RoleName, PolicyName: 'only', PolicyDocument: policy }));
  }
  const request = { RoleArn: `arn:aws:iam::${local}:role/${RoleName}`, RoleSessionName: 'tester' };
  const { Credentials } = await new STSClient(server.client()).send(new AssumeRoleCommand(request));
  const {
    AccessKeyId: accessKeyId = '',
    SecretAccessKey: secretAccessKey = '',
    SessionToken: sessionToken = '',
  } = Credentials ?? {};
  return { ...server.client(), credentials: { accessKeyId, secretAccessKey, sessionToken } };
}

const createTaggedVpc = (client: ClientConfiguration, owner: string) => {
  const TagSpecifications = [{ ResourceType: 'vpc' as const, Tags: [{ Key: 'owner', Value: owner }] }];
  return new EC2.EC2Client(client).send(new EC2.CreateVpcCommand({ CidrBlock: '10.5.0.0/16', TagSpecifications }));
};
const describeVpcs = (client: ClientConfiguration) => new EC2.EC2Client(client).send(new EC2.DescribeVpcsCommand({}));
const deleteVpc = (client: ClientConfiguration, VpcId: string) =>
  new EC2.EC2Client(client).send(new EC2.DeleteVpcCommand({ VpcId, DryRun: true }));

describe('without a policy: AWS words in each protocol', () => {
  const who = /arn:aws:sts::111111111111:assumed-role\/role-\d+\/tester/;
  test.each<[string, (client: ClientConfiguration) => Promise<unknown>, string, string]>([
    ['ec2', describeVpcs, 'UnauthorizedOperation', 'ec2:DescribeVpcs'],
    [
      'query',
      (client) => new IAM.IAMClient(client).send(new IAM.ListRolesCommand({})),
      'AccessDenied',
      'iam:ListRoles',
    ],
    [
      'query',
      (client) => new ELB.ElasticLoadBalancingV2Client(client).send(new ELB.DescribeLoadBalancersCommand({})),
      'AccessDenied',
      'elasticloadbalancing:DescribeLoadBalancers',
    ],
  ])('%s: %s', async (_, call, code, action) => {
    const problem = await refusal(call(await sessionWith()));
    expect(problem).toMatchObject({ code, status: 403 });
    expect(problem.message).toMatch(who);
    expect(problem.message).toContain(
      `is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`,
    );
  });
});

describe('policies', () => {
  test('an action: allowed, another one not', async () => {
    const client = await sessionWith(allowing('ec2:Describe*'));
    await describeVpcs(client);
    expect(await refusal(deleteVpc(client, vpc))).toMatchObject({ code: 'UnauthorizedOperation' });
  });

  test('a resource: only that one', async () => {
    const client = await sessionWith(allowing('ec2:DeleteVpc', `arn:aws:ec2:us-east-2:${local}:vpc/${vpc}`));
    expect(await refusal(deleteVpc(client, vpc))).toMatchObject({ code: 'DryRunOperation' });
    expect(await refusal(deleteVpc(client, 'vpc-other'))).toMatchObject({ code: 'UnauthorizedOperation' });
  });

  test('a new resource: any of its kind is enough', async () => {
    const client = await sessionWith(
      allowing('ec2:CreateInternetGateway', `arn:aws:ec2:*:${local}:internet-gateway/*`),
    );
    const made = await new EC2.EC2Client(client).send(new EC2.CreateInternetGatewayCommand({}));
    expect(made.InternetGateway?.InternetGatewayId).toMatch(/^igw-/);
  });

  test('tags of the resource: a condition', async () => {
    const condition = { Condition: { StringEquals: { 'aws:ResourceTag/Name': 'test' } } };
    const client = await sessionWith(allowing('ec2:DeleteVpc', '*', condition));
    expect(await refusal(deleteVpc(client, vpc))).toMatchObject({ code: 'DryRunOperation' });
    const admin = new EC2.EC2Client(server.client());
    const input = { CidrBlock: '10.6.0.0/16', TagSpecifications: named('vpc', 'other') };
    const { Vpc } = await admin.send(new EC2.CreateVpcCommand(input));
    expect(await refusal(deleteVpc(client, Vpc?.VpcId ?? ''))).toMatchObject({ code: 'UnauthorizedOperation' });
  });

  test('tags in the request: need ec2:CreateTags, and can be prescribed', async () => {
    const without = await sessionWith(allowing('ec2:CreateVpc'));
    const { message } = await refusal(createTaggedVpc(without, 'me'));
    expect(message).toContain('is not authorized to perform: ec2:CreateTags');
    const condition = { Condition: { StringEquals: { 'aws:RequestTag/owner': 'me' } } };
    const bound = await sessionWith(allowing(['ec2:CreateVpc', 'ec2:CreateTags'], '*', condition));
    expect(await refusal(createTaggedVpc(bound, 'you'))).toMatchObject({ code: 'UnauthorizedOperation' });
    await createTaggedVpc(bound, 'me');
  });

  test('passing a role: checked with the service it is passed to', async () => {
    const admin = new IAM.IAMClient(server.client());
    const name = { InstanceProfileName: 'passing', RoleName: 'role-0' };
    await admin.send(new IAM.CreateInstanceProfileCommand(name));
    const pass = (client: ClientConfiguration) =>
      new IAM.IAMClient(client).send(new IAM.AddRoleToInstanceProfileCommand(name));
    const { message } = await refusal(pass(await sessionWith(allowing('iam:AddRoleToInstanceProfile'))));
    expect(message).toContain(`iam:PassRole on resource: arn:aws:iam::${local}:role/role-0`);
    const toOther = { Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } } };
    const wrong = await sessionWith(allowing(['iam:PassRole', 'iam:AddRoleToInstanceProfile'], '*', toOther));
    expect(await refusal(pass(wrong))).toMatchObject({ code: 'AccessDenied' });
    await pass(await sessionWith(allowing(['iam:PassRole', 'iam:AddRoleToInstanceProfile'])));
  });

  test('a permission taken away: ends at once, also for sessions that are there', async () => {
    const client = await sessionWith(allowing('ec2:*'));
    await describeVpcs(client);
    const RoleName = `role-${counter - 1}`;
    const iam = new IAM.IAMClient(server.client());
    await iam.send(new IAM.DeleteRolePolicyCommand({ RoleName, PolicyName: 'only' }));
    expect(await refusal(describeVpcs(client))).toMatchObject({ code: 'UnauthorizedOperation' });
  });

  test("AWS's managed policies: grant what their name says", async () => {
    const iam = new IAM.IAMClient(server.client());
    const client = await sessionWith();
    const at = { RoleName: `role-${counter - 1}`, PolicyArn: 'arn:aws:iam::aws:policy/AmazonEKSClusterPolicy' };
    await iam.send(new IAM.AttachRolePolicyCommand(at));
    await describeVpcs(client);
    expect(await refusal(deleteVpc(client, vpc))).toMatchObject({ code: 'UnauthorizedOperation' });
  });
});

describe('invoke', () => {
  test('the same checks without HTTP', async () => {
    const { credentials } = await sessionWith(allowing('ec2:DescribeVpcs'));
    const { world, invoke } = server.aws;
    const principal = world.credentials.find(credentials.accessKeyId)?.principal;
    if (!principal) throw new Error('no such session');
    const { Vpcs } = await invoke<EC2.DescribeVpcsResult>(principal, 'ec2', 'DescribeVpcs', { VpcIds: [vpc] });
    expect(Vpcs).toMatchObject([{ VpcId: vpc }]);
    await expect(invoke(principal, 'ec2', 'DescribeSubnets', {})).rejects.toThrow('ec2:DescribeSubnets');
    await expect(invoke(principal, 'ec2', 'RebootInstances', {})).rejects.toThrow(
      'RebootInstances of ec2 is not implemented',
    );
  });

  test('a service of AWS: acts through its service-linked role', async () => {
    const { Vpcs } = await server.aws.invoke<EC2.DescribeVpcsResult>(
      serviceOf(local, 'eks.amazonaws.com'),
      'ec2',
      'DescribeVpcs',
      { VpcIds: [vpc] },
    );
    expect(Vpcs).toHaveLength(1);
  });
});
