import { describe, expect, test } from 'vitest';
import type { ConditionBlock } from './document.ts';
import { evaluate } from './evaluate.ts';
import type { ContextValue } from './request.ts';
import { here, policy, role, session, tell, there, user } from './testing/policies.ts';

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
