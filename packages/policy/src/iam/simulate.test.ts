import { expect, test } from 'vitest';
import { type Policies, simulate } from './evaluate.ts';
import type { Statement } from './document.ts';
import { here, policy, tell, user } from './testing/policies.ts';

const request = { principal: user, action: 'ec2:CreateVpc', resource: `arn:aws:ec2:us-east-2:${here}:vpc/*` };
const allow: Partial<Statement> = { Sid: 'allow', Action: 'ec2:*', Resource: '*' };
const deny: Partial<Statement> = { Sid: 'deny', Effect: 'Deny', Action: 'ec2:CreateVpc', Resource: '*' };
const inRegion: Partial<Statement> = {
  ...allow,
  Sid: 'region',
  Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-2', 'aws:PrincipalAccount': here } },
};

interface Expected {
  tells: string;
  statements?: string[];
  missingKeys?: string[];
  withinBoundary?: boolean;
}

test.each<[string, Policies, Expected]>([
  ['nothing allows', { identityPolicies: [policy({ ...allow, Action: 'ecs:*' })] }, { tells: 'implicit' }],
  [
    'everything that allows',
    { identityPolicies: [policy(allow), policy(inRegion, allow)] },
    { tells: 'allow', statements: ['allow', 'allow'], missingKeys: ['aws:RequestedRegion'] },
  ],
  [
    'denials hide what allows',
    { identityPolicies: [policy(allow, deny)] },
    { tells: 'explicit', statements: ['deny'] },
  ],
  [
    'a condition that the request says nothing about',
    { identityPolicies: [policy(inRegion)] },
    { tells: 'implicit', missingKeys: ['aws:RequestedRegion'] },
  ],
  [
    'a boundary that does not go so far',
    { identityPolicies: [policy(allow)], boundary: policy({ ...allow, Action: 'ecs:*' }) },
    { tells: 'boundary', withinBoundary: false },
  ],
  [
    'a boundary that goes further',
    { identityPolicies: [policy({ ...allow, Action: 'ecs:*' })], boundary: policy(allow) },
    { tells: 'implicit', withinBoundary: true },
  ],
])('simulation: %s', (_what, policies, { tells, statements = [], missingKeys = [], withinBoundary }) => {
  const simulation = simulate(request, policies);
  expect(tell(simulation.decision)).toBe(tells);
  expect(simulation.statements.map(({ statement }) => statement)).toEqual(statements);
  expect(simulation.missingKeys).toEqual(missingKeys);
  expect(simulation.withinBoundary).toBe(withinBoundary);
});

test('simulation: keys of statements on something else are not missed', () => {
  const other = policy({ ...inRegion, Action: 'ecs:*' }, allow);
  expect(simulate(request, { identityPolicies: [other] }).missingKeys).toEqual([]);
});
