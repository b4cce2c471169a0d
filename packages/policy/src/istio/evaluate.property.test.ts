import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import type { Authorization, Match } from './authorization.ts';
import { evaluateAuthorization } from './evaluate.ts';

const match = constantFrom<Match>(
  {},
  { destinationPorts: [1] },
  { notDestinationPorts: [1] },
  { namespaces: [{ exact: 'a' }] },
  { notPrincipals: [{ presence: true }] },
);
const clause = record({ matches: array(match, { maxLength: 3 }) });
const policy = record({
  name: constantFrom('p', 'q'),
  namespace: constantFrom('n'),
  scope: constantFrom('NAMESPACE' as const),
  action: constantFrom('ALLOW' as const, 'DENY' as const),
  rules: array(record({ clauses: array(clause, { maxLength: 2 }) }), { maxLength: 3 }),
  dryRun: constantFrom(false, true),
});
const policies = array(policy, { maxLength: 5 });
const connection = record({
  sourceIdentity: constantFrom(undefined, 'spiffe://t/ns/a/sa/x', 'spiffe://t/ns/b/sa/x'),
  sourceIp: constantFrom('10.0.0.1'),
  destinationIp: constantFrom('10.0.0.2'),
  destinationPort: integer({ min: 1, max: 2 }),
});
const verdictOf = (all: Authorization[], of: Parameters<typeof evaluateAuthorization>[1]) =>
  evaluateAuthorization(all, of).verdict;

test('a further DENY: never allows more', () => {
  assert(
    property(policies, policy, connection, (all, extra, of) => {
      const more = verdictOf([...all, { ...extra, action: 'DENY' }], of);
      expect([verdictOf(all, of), more]).not.toEqual(['deny', 'allow']);
    }),
  );
});

test('a policy in dry run: changes no verdict', () => {
  assert(
    property(policies, policy, connection, (all, extra, of) => {
      expect(verdictOf([...all, { ...extra, dryRun: true }], of)).toBe(verdictOf(all, of));
    }),
  );
});

test('the order of policies: changes no verdict', () => {
  assert(
    property(policies, connection, (all, of) => {
      expect(verdictOf(all.toReversed(), of)).toBe(verdictOf(all, of));
    }),
  );
});
