import { describe, expect, test } from 'vitest';
import type { PolicyDocument } from './document.ts';
import { evaluate, type Policies } from './evaluate.ts';
import type { AccessRequest } from './request.ts';
import { allowAll, here, policy, role, session, tell, there, user } from './testing/policies.ts';

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
