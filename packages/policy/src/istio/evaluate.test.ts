import { describe, expect, test } from 'vitest';
import type { Authorization, Match } from './authorization.ts';
import type { Connection } from './connection.ts';
import { evaluateAuthorization, policiesInForce } from './evaluate.ts';

const connection: Connection = {
  sourceIdentity: 'spiffe://cluster.local/ns/default/sa/eks-shell',
  sourceIp: '192.168.1.5',
  destinationIp: '10.1.1.9',
  destinationPort: 8080,
};
const plaintext: Connection = { ...connection, sourceIdentity: undefined };

const policy = (change: Partial<Authorization> = {}): Authorization => ({
  name: 'test',
  namespace: 'ecs-demo-1',
  scope: 'NAMESPACE',
  action: 'ALLOW',
  rules: [],
  dryRun: false,
  ...change,
});
const matching = (...matches: Match[]) => [{ clauses: [{ matches }] }];
const everything = [{ clauses: [] }];
const nothing = matching({ destinationPorts: [1] });

const allows = (rules: Authorization['rules'], from: Connection = connection) =>
  evaluateAuthorization([policy({ rules })], from).verdict === 'allow';

describe('order', () => {
  const denied = { verdict: 'deny', reason: 'explicitly denied by: ecs-demo-1/deny', policy: 'ecs-demo-1/deny' };
  const unlisted = { verdict: 'deny', reason: 'allow policies exist, but none allowed' };
  const deny = (change: Partial<Authorization>) => policy({ name: 'deny', action: 'DENY', ...change });
  test.each<{ what: string; policies: Authorization[]; gives: object }>([
    { what: 'no policy', policies: [], gives: { verdict: 'allow' } },
    { what: 'spec {}', policies: [policy()], gives: unlisted },
    {
      what: 'ALLOW that matches',
      policies: [policy({ rules: everything })],
      gives: { verdict: 'allow', by: 'ecs-demo-1/test' },
    },
    { what: 'ALLOW that does not match', policies: [policy({ rules: nothing })], gives: unlisted },
    {
      what: 'one of two ALLOW',
      policies: [policy(), policy({ name: 'second', rules: everything })],
      gives: { by: 'ecs-demo-1/second' },
    },
    { what: 'DENY that matches', policies: [deny({ rules: everything })], gives: denied },
    { what: 'DENY without rules', policies: [deny({})], gives: { verdict: 'allow' } },
    { what: 'DENY that does not match', policies: [deny({ rules: nothing })], gives: { verdict: 'allow' } },
    {
      what: 'DENY wins over ALLOW',
      policies: [policy({ rules: everything }), deny({ rules: everything })],
      gives: denied,
    },
    {
      what: 'DENY that does not match leaves it to ALLOW',
      policies: [policy(), deny({ rules: nothing })],
      gives: unlisted,
    },
    {
      what: 'DENY in dry run',
      policies: [deny({ rules: everything, dryRun: true })],
      gives: { verdict: 'allow', dryRun: ['ecs-demo-1/deny'] },
    },
    {
      what: 'ALLOW in dry run is no ALLOW policy',
      policies: [policy({ dryRun: true })],
      gives: { verdict: 'allow', dryRun: [] },
    },
    {
      what: 'ALLOW in dry run does not allow',
      policies: [policy(), policy({ name: 'dry', rules: everything, dryRun: true })],
      gives: { ...unlisted, dryRun: ['ecs-demo-1/dry'] },
    },
  ])('$what: $gives', ({ policies, gives }) => {
    expect(evaluateAuthorization(policies, connection)).toMatchObject(gives);
  });
});

describe('nesting', () => {
  const yes: Match = { destinationPorts: [8080] };
  const no: Match = { destinationPorts: [1] };
  test.each<{ what: string; rules: Authorization['rules']; allowed: boolean }>([
    { what: 'any rule', rules: [...matching(no), ...matching(yes)], allowed: true },
    { what: 'all clauses', rules: [{ clauses: [{ matches: [yes] }, { matches: [no] }] }], allowed: false },
    { what: 'any match', rules: matching(no, yes), allowed: true },
    { what: 'all fields', rules: matching({ ...yes, namespaces: [{ exact: 'other' }] }), allowed: false },
    { what: 'rule without clauses', rules: everything, allowed: true },
    { what: 'clause without matches', rules: [{ clauses: [{ matches: [] }] }], allowed: true },
    {
      what: 'clause without matches beside one that holds',
      rules: [{ clauses: [{ matches: [] }, { matches: [yes] }] }],
      allowed: true,
    },
    { what: 'match without fields', rules: matching({}), allowed: false },
    { what: 'match with empty lists', rules: matching({ namespaces: [], notSourceIps: [] }), allowed: false },
    { what: 'match without fields beside one that holds', rules: matching({}, yes), allowed: true },
  ])('$what: allowed $allowed', ({ rules, allowed }) => {
    expect(allows(rules)).toBe(allowed);
  });
});

describe('fields', () => {
  const shell = 'cluster.local/ns/default/sa/eks-shell';
  test.each<{ match: Match; mesh: boolean; plain: boolean }>([
    { match: { namespaces: [{ exact: 'default' }] }, mesh: true, plain: false },
    { match: { namespaces: [{ exact: 'Default' }] }, mesh: false, plain: false },
    { match: { namespaces: [{ exact: 'x' }, { prefix: 'def' }] }, mesh: true, plain: false },
    { match: { namespaces: [{ prefix: '' }] }, mesh: true, plain: true },
    { match: { namespaces: [{ presence: true }] }, mesh: true, plain: false },
    { match: { notNamespaces: [{ exact: 'default' }] }, mesh: false, plain: true },
    { match: { notNamespaces: [{ exact: 'x' }, { exact: 'default' }] }, mesh: false, plain: true },
    { match: { namespaces: [{ prefix: 'd' }], notNamespaces: [{ exact: 'default' }] }, mesh: false, plain: false },
    { match: { namespaces: [{ prefix: 'd' }], notNamespaces: [{ exact: 'dev' }] }, mesh: true, plain: false },
    { match: { principals: [{ exact: shell }] }, mesh: true, plain: false },
    { match: { principals: [{ exact: `spiffe://${shell}` }] }, mesh: false, plain: false },
    { match: { principals: [{ suffix: '/sa/eks-shell' }] }, mesh: true, plain: false },
    { match: { principals: [{ prefix: '' }] }, mesh: true, plain: false },
    { match: { principals: [{ presence: true }] }, mesh: true, plain: false },
    { match: { notPrincipals: [{ presence: true }] }, mesh: false, plain: true },
    { match: { serviceAccounts: [{ namespace: 'default', serviceAccount: 'eks-shell' }] }, mesh: true, plain: false },
    { match: { serviceAccounts: [{ namespace: 'other', serviceAccount: 'eks-shell' }] }, mesh: false, plain: false },
    {
      match: { notServiceAccounts: [{ namespace: 'default', serviceAccount: 'eks-shell' }] },
      mesh: false,
      plain: true,
    },
    { match: { sourceIps: [{ address: '192.168.0.0', length: 16 }] }, mesh: true, plain: true },
    { match: { sourceIps: [{ address: '10.0.0.0', length: 8 }] }, mesh: false, plain: false },
    { match: { sourceIps: [{ address: '0.0.0.0', length: 0 }] }, mesh: true, plain: true },
    { match: { sourceIps: [{ address: '::', length: 0 }] }, mesh: false, plain: false },
    { match: { notSourceIps: [{ address: '192.168.1.5', length: 32 }] }, mesh: false, plain: false },
    { match: { destinationIps: [{ address: '10.1.1.9', length: 32 }] }, mesh: true, plain: true },
    { match: { notDestinationIps: [{ address: '10.1.0.0', length: 16 }] }, mesh: false, plain: false },
    { match: { destinationPorts: [80, 8080] }, mesh: true, plain: true },
    { match: { destinationPorts: [15008] }, mesh: false, plain: false },
    { match: { notDestinationPorts: [8080] }, mesh: false, plain: false },
    { match: { notDestinationPorts: [80] }, mesh: true, plain: true },
    { match: { namespaces: [{}], destinationPorts: [8080] }, mesh: true, plain: true },
    { match: { namespaces: [{}] }, mesh: false, plain: false },
    { match: { sourceIps: [{ address: 'nonsense', length: 8 }], destinationPorts: [8080] }, mesh: true, plain: true },
    { match: { sourceIps: [{ address: '10.0.0.0', length: 33 }] }, mesh: false, plain: false },
  ])('$match: mesh $mesh, plain text $plain', ({ match, mesh, plain }) => {
    expect({ mesh: allows(matching(match)), plain: allows(matching(match), plaintext) }).toEqual({ mesh, plain });
  });

  test('a service account in another trust domain: the same', () => {
    const rules = matching({ serviceAccounts: [{ namespace: 'default', serviceAccount: 'eks-shell' }] });
    expect(allows(rules, { ...connection, sourceIdentity: 'spiffe://other/ns/default/sa/eks-shell' })).toBe(true);
  });

  test('an IPv4 address inside IPv6: counts as IPv4', () => {
    const rules = matching({ destinationIps: [{ address: '10.1.1.0', length: 24 }] });
    expect(allows(rules, { ...connection, destinationIp: '::ffff:10.1.1.9' })).toBe(true);
  });

  test('IPv6: matched by prefix', () => {
    const rules = matching({ sourceIps: [{ address: 'fd00::', length: 8 }] });
    expect(allows(rules, { ...connection, sourceIp: 'fd12::1' })).toBe(true);
    expect(allows(rules, { ...connection, sourceIp: 'fe80::1' })).toBe(false);
  });
});

describe('policies in force', () => {
  const all = [
    policy({ name: 'own' }),
    policy({ name: 'other', namespace: 'other' }),
    policy({ name: 'mesh', namespace: 'istio-system', scope: 'GLOBAL' }),
    policy({ name: 'selected', scope: 'WORKLOAD_SELECTOR' }),
    policy({ name: 'unselected', scope: 'WORKLOAD_SELECTOR' }),
    policy({ name: 'selected', namespace: 'istio-system', scope: 'WORKLOAD_SELECTOR' }),
  ];
  test('of the namespace, of the mesh, and those that the workload lists; what has not arrived is missing', () => {
    const authorizationPolicies = ['ecs-demo-1/selected', 'istio-system/selected', 'ecs-demo-1/late'];
    const { policies, missing } = policiesInForce(all, { namespace: 'ecs-demo-1', authorizationPolicies });
    expect(policies.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
      'ecs-demo-1/own',
      'istio-system/mesh',
      'ecs-demo-1/selected',
      'istio-system/selected',
    ]);
    expect(missing).toEqual(['ecs-demo-1/late']);
  });
});
