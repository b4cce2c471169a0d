import { describe, expect, test } from 'vitest';
import { evaluate, type Policies } from './evaluate.ts';
import type { AccessRequest } from './request.ts';
import { allowAll, here, policy, role, session, tell, there, trust } from './testing/policies.ts';

const assume = (owner: string, principal: AccessRequest['principal'] = session): AccessRequest => ({
  principal,
  action: 'sts:AssumeRole',
  resource: `arn:aws:iam::${owner}:role/istiod-local`,
});

describe('trust policies', () => {
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
      request: assume(here, { ...session, roleArn: role.replace('role/', 'role/ecs/') }),
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
