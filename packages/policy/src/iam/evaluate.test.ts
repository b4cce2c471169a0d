import { describe, expect, test } from 'vitest';
import type { ConditionBlock, PolicyDocument, Statement } from './document.ts';
import { evaluate, type Decision, type Policies } from './evaluate.ts';
import type { AccessRequest, AwsPrincipal, ContextValue } from './request.ts';

const [here, there] = ['111111111111', '222222222222'];
const role = `arn:aws:iam::${here}:role/istiod-role`;
const session: AwsPrincipal = {
  arn: `arn:aws:sts::${here}:assumed-role/istiod-role/pod`,
  account: here,
  id: 'AROAISTIOD:pod',
};
const user: AwsPrincipal = { arn: `arn:aws:iam::${here}:user/ops/alice`, account: here, tags: { team: 'mesh' } };

const policy = (...statements: Partial<Statement>[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
});
const allowAll = policy({ Action: '*', Resource: '*' });
const trust = (Principal: Statement['Principal'], more: Partial<Statement> = {}) =>
  policy({ Action: ['sts:AssumeRole', 'sts:TagSession'], ...(Principal ? { Principal } : {}), ...more });

const tell = (decision: Decision) => (decision.effect === 'allow' ? 'allow' : decision.reason);

describe('identity policies', () => {
  const request: AccessRequest = {
    principal: user,
    action: 'ecs:ListTasks',
    resource: `arn:aws:ecs:us-east-2:${here}:cluster/demo`,
  };
  test.each<{ what: string; policies: PolicyDocument[]; gives: string }>([
    { what: 'no policy', policies: [], gives: 'implicit' },
    { what: 'exact action', policies: [policy({ Action: 'ecs:ListTasks', Resource: '*' })], gives: 'allow' },
    {
      what: 'action without regard to case',
      policies: [policy({ Action: 'ECS:listtasks', Resource: '*' })],
      gives: 'allow',
    },
    { what: 'action wildcard', policies: [policy({ Action: ['ec2:*', 'ecs:List*'], Resource: '*' })], gives: 'allow' },
    {
      what: 'single-character wildcard',
      policies: [policy({ Action: 'ecs:List?asks', Resource: '*' })],
      gives: 'allow',
    },
    { what: 'another action', policies: [policy({ Action: 'ecs:Describe*', Resource: '*' })], gives: 'implicit' },
    { what: 'NotAction that spares it', policies: [policy({ NotAction: 'iam:*', Resource: '*' })], gives: 'allow' },
    { what: 'NotAction that names it', policies: [policy({ NotAction: 'ecs:*', Resource: '*' })], gives: 'implicit' },
    {
      what: 'resource',
      policies: [policy({ Action: '*', Resource: `arn:aws:ecs:*:${here}:cluster/d*o` })],
      gives: 'allow',
    },
    {
      what: 'resource with regard to case',
      policies: [policy({ Action: '*', Resource: `arn:aws:ecs:*:${here}:cluster/Demo` })],
      gives: 'implicit',
    },
    {
      what: 'a dot is no wildcard',
      policies: [policy({ Action: '*', Resource: `arn.aws:ecs:*:${here}:cluster/demo` })],
      gives: 'implicit',
    },
    {
      what: 'NotResource that spares it',
      policies: [policy({ Action: '*', NotResource: 'arn:aws:s3:::*' })],
      gives: 'allow',
    },
    {
      what: 'NotResource that names it',
      policies: [policy({ Action: '*', NotResource: 'arn:aws:ecs:*' })],
      gives: 'implicit',
    },
    {
      what: 'explicit deny wins',
      policies: [allowAll, policy({ Effect: 'Deny', Action: 'ecs:*', Resource: '*' })],
      gives: 'explicit',
    },
    {
      what: 'deny of something else',
      policies: [allowAll, policy({ Effect: 'Deny', Action: 'iam:*', Resource: '*' })],
      gives: 'allow',
    },
    {
      what: 'variable',
      policies: [policy({ Action: '*', Resource: 'arn:aws:ecs:*:${aws:PrincipalAccount}:cluster/demo' })],
      gives: 'allow',
    },
    {
      what: 'tag variable in a deny',
      policies: [
        allowAll,
        policy({
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { StringEquals: { 'aws:PrincipalTag/team': 'mesh' } },
        }),
      ],
      gives: 'explicit',
    },
    {
      what: 'variable without value',
      policies: [policy({ Action: '*', Resource: '*${aws:nothing}' })],
      gives: 'implicit',
    },
    {
      what: 'variable with default',
      policies: [policy({ Action: '*', Resource: "*${aws:nothing, 'demo'}" })],
      gives: 'allow',
    },
    {
      what: 'one statement, not a list',
      policies: [{ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }],
      gives: 'allow',
    },
  ])('$what: $gives', ({ policies, gives }) => {
    expect(tell(evaluate(request, { identityPolicies: policies }))).toBe(gives);
  });
});

describe('conditions', () => {
  const context: Record<string, ContextValue> = {
    name: 'Demo',
    arn: `arn:aws:iam::${here}:role/ecs/ambient/task`,
    flag: true,
    count: 5,
    at: '2026-01-01T00:00:00Z',
    ip: '10.0.1.5',
    tags: ['a', 'b'],
    none: [],
    'aws:RequestTag/owner': 'alice',
  };
  const rows: [condition: ConditionBlock, holds: boolean][] = [
    [{ StringEquals: { name: 'Demo' } }, true],
    [{ StringEquals: { NAME: 'Demo' } }, true],
    [{ StringEquals: { name: ['x', 'Demo'] } }, true],
    [{ StringEquals: { name: 'demo' } }, false],
    [{ StringEquals: { name: 'D*' } }, false],
    [{ StringEquals: { missing: 'x' } }, false],
    [{ StringEqualsIfExists: { missing: 'x' } }, true],
    [{ StringEqualsIfExists: { name: 'x' } }, false],
    [{ StringNotEquals: { name: 'x' } }, true],
    [{ StringNotEquals: { name: ['x', 'Demo'] } }, false],
    [{ StringNotEquals: { missing: 'x' } }, true],
    [{ StringEqualsIgnoreCase: { name: 'dEMO' } }, true],
    [{ StringNotEqualsIgnoreCase: { name: 'dEMO' } }, false],
    [{ StringLike: { name: 'D?m*' } }, true],
    [{ StringLike: { name: '${*}' } }, false],
    [{ StringNotLike: { name: 'D*' } }, false],
    [{ StringEquals: { 'aws:RequestTag/owner': '${aws:username}' } }, true],
    [{ StringEquals: { name: '${aws:nothing}' } }, false],
    [{ StringEquals: { name: 'Demo', missing: 'x' } }, false],
    [{ StringEquals: { name: 'Demo' }, Bool: { flag: 'false' } }, false],
    [{ ArnLike: { arn: `arn:aws:iam::${here}:role/ecs/*` } }, true],
    [{ ArnEquals: { arn: 'arn:aws:iam::*:role/*' } }, true],
    [{ ArnLike: { arn: 'arn:aws:iam:*:role/*' } }, false],
    [{ ArnLike: { arn: 'arn:aws:iam::${aws:PrincipalAccount}:role/*' } }, true],
    [{ ArnNotLike: { arn: 'arn:aws:iam::*:role/*' } }, false],
    [{ ArnNotEquals: { arn: `arn:aws:iam::${there}:role/*` } }, true],
    [{ Bool: { flag: 'true' } }, true],
    [{ Bool: { flag: true } }, true],
    [{ Bool: { missing: 'false' } }, false],
    [{ BoolIfExists: { missing: 'false' } }, true],
    [{ NumericEquals: { count: '5' } }, true],
    [{ NumericNotEquals: { count: 5 } }, false],
    [{ NumericLessThan: { count: '10' } }, true],
    [{ NumericLessThanEquals: { count: '5' } }, true],
    [{ NumericGreaterThan: { count: '5' } }, false],
    [{ NumericGreaterThanEquals: { count: '5' } }, true],
    [{ DateEquals: { at: '2026-01-01T01:00:00+01:00' } }, true],
    [{ DateNotEquals: { at: '2026-01-01T00:00:00Z' } }, false],
    [{ DateLessThan: { at: '2026-06-01' } }, true],
    [{ DateLessThanEquals: { at: '1767225600' } }, true],
    [{ DateGreaterThan: { at: '2026-06-01' } }, false],
    [{ DateGreaterThanEquals: { at: '2025-12-31T23:59:59Z' } }, true],
    [{ IpAddress: { ip: '10.0.0.0/16' } }, true],
    [{ IpAddress: { ip: ['192.0.2.0/24', '10.0.1.5'] } }, true],
    [{ IpAddress: { ip: '10.1.0.0/16' } }, false],
    [{ NotIpAddress: { ip: '10.1.0.0/16' } }, true],
    [{ Null: { missing: 'true' } }, true],
    [{ Null: { missing: true } }, true],
    [{ Null: { name: 'true' } }, false],
    [{ Null: { name: 'false' } }, true],
    [{ 'ForAnyValue:StringEquals': { tags: ['b', 'c'] } }, true],
    [{ 'ForAnyValue:StringEquals': { tags: 'c' } }, false],
    [{ 'ForAnyValue:StringEquals': { missing: 'c' } }, false],
    [{ 'ForAnyValue:StringNotEquals': { tags: 'a' } }, true],
    [{ 'ForAllValues:StringEquals': { tags: ['a', 'b', 'c'] } }, true],
    [{ 'ForAllValues:StringEquals': { tags: ['a'] } }, false],
    [{ 'ForAllValues:StringLike': { tags: ['?'] } }, true],
    [{ 'ForAllValues:StringEquals': { none: 'a' } }, true],
    [{ 'ForAllValues:StringEquals': { missing: 'a' } }, true],
    [{ 'ForAllValues:StringNotEquals': { tags: 'c' } }, true],
    [{ 'ForAllValues:StringNotEquals': { tags: 'a' } }, false],
    [{ StringEquals: { 'aws:PrincipalArn': `arn:aws:iam::${here}:user/ops/alice` } }, true],
    [{ StringEquals: { 'aws:PrincipalType': 'User', 'aws:ResourceAccount': here } }, true],
  ];
  test.each(rows)('%j: %s', (Condition, holds) => {
    const request = { principal: user, action: 'ecs:RunTask', resource: `arn:aws:ecs:us-east-2:${here}:x`, context };
    const identityPolicies = [policy({ Action: '*', Resource: '*', Condition })];
    expect(tell(evaluate(request, { identityPolicies }))).toBe(holds ? 'allow' : 'implicit');
  });

  test('an operator that IAM does not have: an error that names it', () => {
    const identityPolicies = [policy({ Action: '*', Resource: '*', Condition: { StringIs: { a: 'b' } } })];
    expect(() => evaluate({ principal: user, action: 'a:b', resource: '*' }, { identityPolicies })).toThrow('StringIs');
  });

  test('a session: its role is aws:PrincipalArn', () => {
    const Condition = { ArnEquals: { 'aws:PrincipalArn': role }, StringEquals: { 'aws:PrincipalType': 'AssumedRole' } };
    const identityPolicies = [policy({ Action: '*', Resource: '*', Condition })];
    expect(evaluate({ principal: session, action: 'a:b', resource: '*' }, { identityPolicies }).effect).toBe('allow');
  });
});

describe('trust policies', () => {
  const assume = (owner: string, principal: AccessRequest['principal'] = session): AccessRequest => ({
    ...{ principal, action: 'sts:AssumeRole', resource: `arn:aws:iam::${owner}:role/istiod-local` },
  });
  const mayAssume = policy({ Action: 'sts:AssumeRole', Resource: '*' });
  const pods = { service: 'pods.eks.amazonaws.com' };
  test.each<{ what: string; request: AccessRequest; policies: Policies; gives: string }>([
    {
      what: 'same account, role named',
      request: assume(here),
      policies: { identityPolicies: [], resourcePolicy: trust({ AWS: role }) },
      gives: 'allow',
    },
    {
      what: 'same account, role named with path',
      request: assume(here, { ...session, roleArn: `${role.replace('role/', 'role/ecs/')}` }),
      policies: { identityPolicies: [], resourcePolicy: trust({ AWS: role.replace('role/', 'role/ecs/') }) },
      gives: 'allow',
    },
    {
      what: 'same account, session named',
      request: assume(here),
      policies: { identityPolicies: [], resourcePolicy: trust({ AWS: session.arn }) },
      gives: 'allow',
    },
    {
      what: 'same account, role id',
      request: assume(here),
      policies: { identityPolicies: [], resourcePolicy: trust({ AWS: 'AROAISTIOD' }) },
      gives: 'allow',
    },
    {
      what: 'same account, id of a deleted role',
      request: assume(here),
      policies: { identityPolicies: [mayAssume], resourcePolicy: trust({ AWS: 'AROAGONE' }) },
      gives: 'resource-policy-missing',
    },
    {
      what: 'same account, root without identity policy',
      request: assume(here),
      policies: { identityPolicies: [], resourcePolicy: trust({ AWS: `arn:aws:iam::${here}:root` }) },
      gives: 'implicit',
    },
    {
      what: 'same account, root with identity policy',
      request: assume(here),
      policies: { identityPolicies: [mayAssume], resourcePolicy: trust({ AWS: `arn:aws:iam::${here}:root` }) },
      gives: 'allow',
    },
    {
      what: 'same account, account id with identity policy',
      request: assume(here),
      policies: { identityPolicies: [mayAssume], resourcePolicy: trust({ AWS: [there, here] }) },
      gives: 'allow',
    },
    {
      what: 'same account, anyone',
      request: assume(here),
      policies: { identityPolicies: [], resourcePolicy: trust({ AWS: '*' }) },
      gives: 'allow',
    },
    {
      what: 'same account, trust names another',
      request: assume(here),
      policies: { identityPolicies: [mayAssume], resourcePolicy: trust({ AWS: `${role}-2` }) },
      gives: 'resource-policy-missing',
    },
    {
      what: 'same account, no trust',
      request: assume(here),
      policies: { identityPolicies: [mayAssume] },
      gives: 'resource-policy-missing',
    },
    {
      what: 'same account, identity deny',
      request: assume(here),
      policies: {
        identityPolicies: [policy({ Effect: 'Deny', Action: 'sts:*', Resource: '*' })],
        resourcePolicy: trust({ AWS: role }),
      },
      gives: 'explicit',
    },
    {
      what: 'same account, trust deny',
      request: assume(here),
      policies: {
        identityPolicies: [allowAll],
        resourcePolicy: policy(
          { Action: 'sts:*', Principal: '*' },
          { Effect: 'Deny', Action: 'sts:*', Principal: { AWS: here } },
        ),
      },
      gives: 'explicit',
    },
    {
      what: 'same account, deny but for the named',
      request: assume(here),
      policies: {
        identityPolicies: [],
        resourcePolicy: policy(
          { Action: 'sts:*', Principal: '*' },
          { Effect: 'Deny', Action: 'sts:*', NotPrincipal: { AWS: role } },
        ),
      },
      gives: 'allow',
    },
    {
      what: 'same account, deny of all but another',
      request: assume(here),
      policies: {
        identityPolicies: [],
        resourcePolicy: policy(
          { Action: 'sts:*', Principal: '*' },
          { Effect: 'Deny', Action: 'sts:*', NotPrincipal: { AWS: `${role}-2` } },
        ),
      },
      gives: 'explicit',
    },
    {
      what: 'cross account, both sides',
      request: assume(there),
      policies: { identityPolicies: [mayAssume], resourcePolicy: trust({ AWS: role }) },
      gives: 'allow',
    },
    {
      what: 'cross account, account and identity',
      request: assume(there),
      policies: { identityPolicies: [mayAssume], resourcePolicy: trust({ AWS: here }) },
      gives: 'allow',
    },
    {
      what: 'cross account, trust alone',
      request: assume(there),
      policies: { identityPolicies: [], resourcePolicy: trust({ AWS: role }) },
      gives: 'implicit',
    },
    {
      what: 'cross account, identity alone',
      request: assume(there),
      policies: { identityPolicies: [mayAssume] },
      gives: 'resource-policy-missing',
    },
    {
      what: 'cross account, anyone and identity',
      request: assume(there),
      policies: { identityPolicies: [mayAssume], resourcePolicy: trust('*') },
      gives: 'allow',
    },
    {
      what: 'tags need sts:TagSession in the trust',
      request: { ...assume(there), action: 'sts:TagSession' },
      policies: { identityPolicies: [allowAll], resourcePolicy: trust({ AWS: role }, { Action: 'sts:AssumeRole' }) },
      gives: 'resource-policy-missing',
    },
    {
      what: 'tags need sts:TagSession in the identity policy',
      request: { ...assume(there), action: 'sts:TagSession' },
      policies: { identityPolicies: [mayAssume], resourcePolicy: trust({ AWS: role }) },
      gives: 'implicit',
    },
    {
      what: 'service named',
      request: assume(here, pods),
      policies: { identityPolicies: [], resourcePolicy: trust({ Service: ['ec2.amazonaws.com', pods.service] }) },
      gives: 'allow',
    },
    {
      what: 'service not named',
      request: assume(here, pods),
      policies: { identityPolicies: [], resourcePolicy: trust({ Service: 'ecs-tasks.amazonaws.com' }) },
      gives: 'implicit',
    },
    {
      what: 'service, condition on the source account',
      request: { ...assume(here, pods), context: { 'aws:SourceAccount': there } },
      policies: {
        identityPolicies: [],
        resourcePolicy: trust(
          { Service: pods.service },
          { Condition: { StringEquals: { 'aws:SourceAccount': here } } },
        ),
      },
      gives: 'implicit',
    },
    {
      what: 'AWS "*" is no service',
      request: assume(here, pods),
      policies: { identityPolicies: [], resourcePolicy: trust({ AWS: '*' }) },
      gives: 'implicit',
    },
    {
      what: 'federated',
      request: { ...assume(here, { federated: 'arn:oidc' }), action: 'sts:AssumeRoleWithWebIdentity' },
      policies: {
        identityPolicies: [],
        resourcePolicy: trust({ Federated: 'arn:oidc' }, { Action: 'sts:AssumeRoleWithWebIdentity' }),
      },
      gives: 'allow',
    },
  ])('$what: $gives', ({ request, policies, gives }) => {
    expect(tell(evaluate(request, policies))).toBe(gives);
  });

  test('refused: the message is that of STS and does not tell why', () => {
    expect(evaluate(assume(there), { identityPolicies: [mayAssume] })).toMatchObject({
      message: `User: ${session.arn} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::${there}:role/istiod-local`,
    });
  });
});

describe('resource policies, sessions and boundaries', () => {
  const read: AccessRequest = {
    principal: user,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::bucket/key',
    resourceAccount: here,
  };
  const bucket = policy({ Action: 's3:*', Resource: '*', Principal: { AWS: user.arn } });
  const narrow = policy({ Action: 'ecs:*', Resource: '*' });
  test.each<{ what: string; request?: Partial<AccessRequest>; policies: Policies; gives: string }>([
    { what: 'identity alone, same account', policies: { identityPolicies: [allowAll] }, gives: 'allow' },
    {
      what: 'resource policy alone, same account',
      policies: { identityPolicies: [], resourcePolicy: bucket },
      gives: 'allow',
    },
    {
      what: 'resource policy alone, other account',
      request: { resourceAccount: there },
      policies: { identityPolicies: [], resourcePolicy: bucket },
      gives: 'implicit',
    },
    {
      what: 'identity alone, other account',
      request: { resourceAccount: there },
      policies: { identityPolicies: [allowAll] },
      gives: 'resource-policy-missing',
    },
    {
      what: 'a session policy narrows',
      policies: { identityPolicies: [allowAll], sessionPolicies: [narrow] },
      gives: 'session-policy',
    },
    {
      what: 'one of the session policies allows',
      policies: { identityPolicies: [allowAll], sessionPolicies: [narrow, allowAll] },
      gives: 'allow',
    },
    {
      what: 'a session policy gives nothing',
      policies: { identityPolicies: [], sessionPolicies: [allowAll] },
      gives: 'implicit',
    },
    {
      what: 'deny in a session policy',
      policies: {
        identityPolicies: [allowAll],
        sessionPolicies: [allowAll, policy({ Effect: 'Deny', Action: 's3:*', Resource: '*' })],
      },
      gives: 'explicit',
    },
    { what: 'a boundary narrows', policies: { identityPolicies: [allowAll], boundary: narrow }, gives: 'boundary' },
    { what: 'a boundary gives nothing', policies: { identityPolicies: [], boundary: allowAll }, gives: 'implicit' },
    {
      what: 'a session policy does not narrow what names the session',
      request: { principal: session },
      policies: {
        identityPolicies: [],
        sessionPolicies: [narrow],
        resourcePolicy: policy({ Action: '*', Resource: '*', Principal: { AWS: session.arn } }),
      },
      gives: 'allow',
    },
    {
      what: 'a session policy narrows what names the role',
      request: { principal: session },
      policies: {
        identityPolicies: [],
        sessionPolicies: [narrow],
        resourcePolicy: policy({ Action: '*', Resource: '*', Principal: { AWS: role } }),
      },
      gives: 'session-policy',
    },
  ])('$what: $gives', ({ request, policies, gives }) => {
    expect(tell(evaluate({ ...read, ...request }, policies))).toBe(gives);
  });

  const start = `User: ${user.arn} is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::bucket/key`;
  const deny = policy({ Effect: 'Deny', Action: '*', Resource: '*' });
  test.each<{ policies: Policies; message: string }>([
    {
      policies: { identityPolicies: [] },
      message: `${start} because no identity-based policy allows the s3:GetObject action`,
    },
    { policies: { identityPolicies: [deny] }, message: `${start} with an explicit deny in an identity-based policy` },
    {
      policies: { identityPolicies: [allowAll], boundary: deny },
      message: `${start} with an explicit deny in a permissions boundary`,
    },
    {
      policies: { identityPolicies: [allowAll], sessionPolicies: [narrow] },
      message: `${start} because no session policy allows the s3:GetObject action`,
    },
  ])('message: $message', ({ policies, message }) => {
    expect(evaluate(read, policies)).toMatchObject({ message });
  });

  test('the deciding statement: named by policy and Sid, or by its place', () => {
    const named = {
      ...policy({ Action: 'x:y', Resource: '*' }, { Sid: 'All', Action: '*', Resource: '*' }),
      Id: 'arn:p',
    };
    expect(evaluate(read, { identityPolicies: [named] })).toEqual({
      effect: 'allow',
      by: { kind: 'identity-based policy', policy: 'arn:p', statement: 'All' },
    });
    expect(evaluate(read, { identityPolicies: [deny] })).toMatchObject({ by: { statement: 'statement 1' } });
  });
});
