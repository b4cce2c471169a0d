import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  ListRolesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { virtualClock } from '@meshbed/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assumeRoleAsService } from '../authorization/index.ts';
import { refusal } from '../testing/errors.ts';
import { allowing, trusting } from '../testing/policies.ts';
import { external, local, type TestServer, testServer } from '../testing/server.ts';

const clock = virtualClock(Date.now());
let server: TestServer;
beforeAll(async () => void (server = await testServer({ clock })));
afterAll(() => server[Symbol.asyncDispose]());

const admin = (account: string) => `arn:aws:iam::${account}:user/admin`;
const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;

async function createRole(account: string, name: string, trust: string, policy?: string, path = '/'): Promise<void> {
  const iam = new IAMClient(server.client(account));
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust, Path: path }));
  if (policy !== undefined) {
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'inline', PolicyDocument: policy }));
  }
}

/** A client with the credentials of a session. */
async function assume(
  from: STSClient,
  roleArn: string,
  more: Partial<AssumeRoleCommandInput> = {},
): Promise<STSClient> {
  const { Credentials } = await from.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: 'test-session', ...more }),
  );
  return new STSClient({
    ...server.client(),
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    },
  });
}

const stsOf = (account: string) => new STSClient(server.client(account));
const who = async (sts: STSClient) => (await sts.send(new GetCallerIdentityCommand({}))).Arn;

describe('GetCallerIdentity', () => {
  test.each([local, external])('caller identity: the key of account %s tells account and user', async (account) => {
    const identity = await stsOf(account).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: account, Arn: admin(account) });
    expect(identity.UserId).toMatch(/^AIDA/);
  });

  test('session of a role with a path: the ARN drops the path', async () => {
    await createRole(local, 'with-path', trusting({ AWS: admin(local) }), undefined, '/ecs/ambient/');
    const sts = await assume(stsOf(local), role(local, 'ecs/ambient/with-path'));
    expect(await who(sts)).toBe(`arn:aws:sts::${local}:assumed-role/with-path/test-session`);
  });
});

describe('AssumeRole: trust', () => {
  const attempt = async (what: string, account: string, principal: object) => {
    const name = what.replace(/\W+/g, '-').slice(0, 60);
    await createRole(account, name, trusting(principal));
    return { name, session: assume(stsOf(local), role(account, name)) };
  };

  test.each([
    ['own account, trust names the user', local, { AWS: admin(local) }],
    ['own account, trust names the account, user is administrator', local, { AWS: `arn:aws:iam::${local}:root` }],
    ['other account, both sides agree', external, { AWS: admin(local) }],
    ['other account, trust names the account by number', external, { AWS: local }],
  ])('%s: admitted', async (what, account, principal) => {
    const { name, session } = await attempt(what, account, principal);
    expect(await who(await session)).toBe(`arn:aws:sts::${account}:assumed-role/${name}/test-session`);
  });

  test.each([
    ['other account, trust names someone else', external, { AWS: admin(external) }],
    ['own account, trust names a service only', local, { Service: 'ecs-tasks.amazonaws.com' }],
  ])('%s: refused', async (what, account, principal) => {
    const { name, session } = await attempt(what, account, principal);
    expect(await refusal(session)).toEqual({
      code: 'AccessDenied',
      status: 403,
      message: `User: ${admin(local)} is not authorized to perform: sts:AssumeRole on resource: ${role(account, name)}`,
    });
  });

  test('a role that does not exist: refused in the same words', async () => {
    const { code, message } = await refusal(assume(stsOf(local), role(external, 'nobody')));
    expect(code).toBe('AccessDenied');
    expect(message).toBe(
      `User: ${admin(local)} is not authorized to perform: sts:AssumeRole on resource: ${role(external, 'nobody')}`,
    );
  });

  test('chain across accounts: each hop needs its own permission', async () => {
    await createRole(
      local,
      'pod',
      trusting({ AWS: admin(local) }),
      allowing('sts:AssumeRole', role(external, 'reader')),
    );
    await createRole(local, 'pod-without', trusting({ AWS: admin(local) }));
    const trust = trusting({ AWS: [role(local, 'pod'), role(local, 'pod-without')] });
    await createRole(external, 'reader', trust, allowing('ecs:List*'));
    const chained = await assume(await assume(stsOf(local), role(local, 'pod')), role(external, 'reader'));
    expect(await who(chained)).toBe(`arn:aws:sts::${external}:assumed-role/reader/test-session`);
    const without = await assume(stsOf(local), role(local, 'pod-without'));
    expect(await refusal(assume(without, role(external, 'reader')))).toMatchObject({ code: 'AccessDenied' });
  });

  test('a role made again under its name: the old trust no longer admits it', async () => {
    await createRole(local, 'again', trusting({ AWS: admin(local) }), allowing('sts:AssumeRole'));
    await createRole(external, 'trusts-again', trusting({ AWS: role(local, 'again') }));
    const first = await assume(stsOf(local), role(local, 'again'));
    await assume(first, role(external, 'trusts-again'));
    const iam = new IAMClient(server.client(local));
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'again', PolicyName: 'inline' }));
    await iam.send(new DeleteRoleCommand({ RoleName: 'again' }));
    expect(await refusal(who(first))).toMatchObject({ code: 'InvalidClientTokenId' });
    await createRole(local, 'again', trusting({ AWS: admin(local) }), allowing('sts:AssumeRole'));
    expect(await refusal(who(first))).toMatchObject({ code: 'InvalidClientTokenId' });
    const second = await assume(stsOf(local), role(local, 'again'));
    expect(await refusal(assume(second, role(external, 'trusts-again')))).toMatchObject({ code: 'AccessDenied' });
  });

  test('external id: the condition decides', async () => {
    const condition = { Condition: { StringEquals: { 'sts:ExternalId': 'secret' } } };
    await createRole(external, 'with-external-id', trusting({ AWS: local }, 'sts:AssumeRole', condition));
    const arn = role(external, 'with-external-id');
    expect(await refusal(assume(stsOf(local), arn))).toMatchObject({ code: 'AccessDenied' });
    await assume(stsOf(local), arn, { ExternalId: 'secret' });
  });
});

describe('AssumeRole: tags', () => {
  const tagged = { Tags: [{ Key: 'team', Value: 'mesh' }], TransitiveTagKeys: ['team'] };

  test('without sts:TagSession in the trust policy: refused, naming it', async () => {
    await createRole(local, 'untagged', trusting({ AWS: admin(local) }, 'sts:AssumeRole'));
    const { message } = await refusal(assume(stsOf(local), role(local, 'untagged'), tagged));
    expect(message).toContain('is not authorized to perform: sts:TagSession on resource');
  });

  test('transitive tags: handed on, not to be changed, and need sts:TagSession further down', async () => {
    await createRole(local, 'tagged', trusting({ AWS: admin(local) }), allowing(['sts:AssumeRole', 'sts:TagSession']));
    const condition = { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'mesh' } } };
    await createRole(
      local,
      'second',
      trusting({ AWS: role(local, 'tagged') }, ['sts:AssumeRole', 'sts:TagSession'], condition),
    );
    await createRole(local, 'closed', trusting({ AWS: role(local, 'tagged') }, 'sts:AssumeRole'));
    const session = await assume(stsOf(local), role(local, 'tagged'), tagged);
    await assume(session, role(local, 'second'));
    expect(await refusal(assume(session, role(local, 'closed')))).toMatchObject({ code: 'AccessDenied' });
    const change = { Tags: [{ Key: 'team', Value: 'other' }] };
    expect(await refusal(assume(session, role(local, 'second'), change))).toMatchObject({
      code: 'InvalidParameterValue',
    });
  });
});

describe('AssumeRole: limits', () => {
  beforeAll(() => createRole(local, 'limited', trusting({ AWS: [admin(local), local] }), allowing('sts:AssumeRole')));

  test.each<[string, Partial<AssumeRoleCommandInput>, string]>([
    ['a name of one letter', { RoleSessionName: 'a' }, 'roleSessionName'],
    ['a name with a blank', { RoleSessionName: 'a b' }, 'roleSessionName'],
    ['a name of 65 letters', { RoleSessionName: 'a'.repeat(65) }, 'roleSessionName'],
    ['less than a quarter of an hour', { DurationSeconds: 899 }, 'durationSeconds'],
    ['more than twelve hours', { DurationSeconds: 43_201 }, 'durationSeconds'],
    ['more than the role allows', { DurationSeconds: 7200 }, 'MaxSessionDuration'],
    ['an ARN of something else', { RoleArn: 'arn:aws:iam::111111111111:user/admin' }, 'invalid'],
  ])('%s: refused', async (_, change, message) => {
    const problem = await refusal(assume(stsOf(local), role(local, 'limited'), change));
    expect(problem).toMatchObject({ code: 'ValidationError', status: 400 });
    expect(problem.message).toContain(message);
  });

  test('an unsupported parameter: named instead of ignored', async () => {
    const input = { SerialNumber: 'arn:aws:iam::1:mfa/x', TokenCode: '123456' };
    const { message } = await refusal(assume(stsOf(local), role(local, 'limited'), input));
    expect(message).toContain('SerialNumber of sts:AssumeRole is not supported');
  });

  test('a session that assumes a role: an hour at most', async () => {
    await createRole(local, 'chain-end', trusting({ AWS: role(local, 'limited') }));
    const session = await assume(stsOf(local), role(local, 'limited'));
    const { message } = await refusal(assume(session, role(local, 'chain-end'), { DurationSeconds: 3601 }));
    expect(message).toContain('1 hour session limit');
  });

  test('a session policy: narrows what the role may do', async () => {
    await createRole(local, 'narrowed', trusting({ AWS: admin(local) }));
    const iam = new IAMClient(server.client(local));
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'narrowed', PolicyArn }));
    const wide = await assume(stsOf(local), role(local, 'narrowed'));
    const narrow = await assume(stsOf(local), role(local, 'narrowed'), { Policy: allowing('ec2:*') });
    const list = async (sts: STSClient) => {
      const client = new IAMClient({ ...server.client(), credentials: await sts.config.credentials() });
      return client.send(new ListRolesCommand({}));
    };
    await list(wide);
    expect(await refusal(list(narrow))).toMatchObject({ code: 'AccessDenied', status: 403 });
  });
});

test('assumeRoleAsService: the trust policy has to name the service', async () => {
  const Service = 'pods.eks.amazonaws.com';
  const condition = { Condition: { StringEquals: { 'aws:SourceAccount': local } } };
  await createRole(local, 'for-pods', trusting({ Service }, ['sts:AssumeRole', 'sts:TagSession'], condition));
  const { world } = server.aws;
  const request = {
    roleArn: role(local, 'for-pods'),
    sessionName: 'eks-demo',
    ttlMs: 3_600_000,
    tags: new Map([['a', 'b']]),
  };
  const sourceArn = `arn:aws:eks:us-east-2:${local}:cluster/demo`;
  const { principal } = assumeRoleAsService(world, { ...request, service: Service, sourceArn });
  expect(principal.arn).toBe(`arn:aws:sts::${local}:assumed-role/for-pods/eks-demo`);
  expect(principal.tags.get('a')).toBe('b');
  expect(() => assumeRoleAsService(world, { ...request, service: 'ecs-tasks.amazonaws.com', sourceArn })).toThrow(
    'ecs-tasks.amazonaws.com is not authorized to perform: sts:AssumeRole',
  );
});

// Last: it moves the clock.
test('an expired session: ExpiredToken', async () => {
  await createRole(local, 'short', trusting({ AWS: admin(local) }));
  const sts = await assume(stsOf(local), role(local, 'short'), { DurationSeconds: 900 });
  await clock.advance(900_000);
  sts.config.systemClockOffset = 900_000;
  expect(await refusal(who(sts))).toMatchObject({ code: 'ExpiredToken', status: 403 });
});
