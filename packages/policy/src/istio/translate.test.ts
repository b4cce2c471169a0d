import { describe, expect, test } from 'vitest';
import type { Match, Rule } from './authorization.ts';
import { evaluateAuthorization } from './evaluate.ts';
import type { AuthorizationPolicyObject, AuthorizationPolicySpec, PolicyRule } from './resource.ts';
import { selects, translate, type Translation } from './translate.ts';

const object = (
  spec?: AuthorizationPolicySpec,
  metadata: Partial<AuthorizationPolicyObject['metadata']> = {},
): AuthorizationPolicyObject => ({
  metadata: { name: 'test', namespace: 'ecs-demo-1', ...metadata },
  ...(spec ? { spec } : {}),
});
const sent = (translation: Translation) => {
  if (translation.kind !== 'authorization') throw new Error(translation.message);
  return translation;
};
const rulesOf = (rule: PolicyRule, action: 'ALLOW' | 'DENY' = 'ALLOW') =>
  sent(translate(object({ action, rules: [rule] }), 'istio-system')).authorization.rules;

describe('what is sent', () => {
  test.each<{ what: string; policy: AuthorizationPolicyObject; gives: object }>([
    { what: 'targetRef', policy: object({ targetRef: { kind: 'Service' } }), gives: { reason: 'target-ref' } },
    { what: 'targetRefs', policy: object({ targetRefs: [{ kind: 'Gateway' }] }), gives: { reason: 'target-ref' } },
    { what: 'no targetRefs in the list', policy: object({ targetRefs: [] }), gives: { kind: 'authorization' } },
    {
      what: 'AUDIT',
      policy: object({ action: 'AUDIT' }),
      gives: { reason: 'action', message: 'ztunnel does not support the AUDIT action' },
    },
    {
      what: 'CUSTOM',
      policy: object({ action: 'CUSTOM' }),
      gives: { message: 'ztunnel does not support the CUSTOM action' },
    },
    {
      what: 'dry run',
      policy: object({}, { annotations: { 'istio.io/dry-run': 'true' } }),
      gives: { reason: 'dry-run' },
    },
    {
      what: 'dry run off',
      policy: object({}, { annotations: { 'istio.io/dry-run': 'false' } }),
      gives: { authorization: { dryRun: false } },
    },
    {
      what: 'spec {}',
      policy: object({}),
      gives: { authorization: { action: 'ALLOW', scope: 'NAMESPACE', rules: [], dryRun: false } },
    },
    { what: 'no spec', policy: object(), gives: { authorization: { rules: [] } } },
    {
      what: 'root namespace',
      policy: object({}, { namespace: 'istio-system' }),
      gives: { authorization: { scope: 'GLOBAL' } },
    },
    {
      what: 'selector',
      policy: object({ selector: { matchLabels: { app: 'echo' } } }),
      gives: { authorization: { scope: 'WORKLOAD_SELECTOR' }, selector: { app: 'echo' } },
    },
    {
      what: 'selector in the root namespace',
      policy: object({ selector: { matchLabels: { app: 'echo' } } }, { namespace: 'istio-system' }),
      gives: { authorization: { scope: 'WORKLOAD_SELECTOR' } },
    },
    {
      what: 'empty selector',
      policy: object({ selector: {} }),
      gives: { authorization: { scope: 'WORKLOAD_SELECTOR' }, selector: {} },
    },
    {
      what: 'DENY',
      policy: object({ action: 'DENY', rules: [{}] }),
      gives: { authorization: { action: 'DENY', rules: [{ clauses: [] }] } },
    },
  ])('$what: $gives', ({ policy, gives }) => {
    expect(translate(policy, 'istio-system')).toMatchObject(gives);
  });

  test('dry run enabled: sent as such', () => {
    const policy = object({}, { annotations: { 'istio.io/dry-run': 'true' } });
    expect(translate(policy, 'istio-system', { dryRun: true })).toMatchObject({ authorization: { dryRun: true } });
  });
});

describe('rules', () => {
  test('clauses: to, from, then each when', () => {
    const rule: PolicyRule = {
      when: [
        { key: 'source.ip', values: ['10.0.0.0/8'] },
        { key: 'destination.port', notValues: ['9090'] },
      ],
      from: [{ source: { namespaces: ['default'] } }, { source: { principals: ['*'] } }],
      to: [{ operation: { ports: ['8080'] } }],
    };
    expect(rulesOf(rule)).toEqual<Rule[]>([
      {
        clauses: [
          { matches: [{ destinationPorts: [8080] }] },
          { matches: [{ namespaces: [{ exact: 'default' }] }, { principals: [{ presence: true }] }] },
          { matches: [{ sourceIps: [{ address: '10.0.0.0', length: 8 }] }] },
          { matches: [{ notDestinationPorts: [9090] }] },
        ],
      },
    ]);
  });

  test.each<{ rule: PolicyRule; match: Match }>([
    { rule: { from: [{ source: { principals: ['*'] } }] }, match: { principals: [{ presence: true }] } },
    { rule: { from: [{ source: { principals: ['*/sa/x'] } }] }, match: { principals: [{ suffix: '/sa/x' }] } },
    {
      rule: { from: [{ source: { principals: ['cluster.local/*'] } }] },
      match: { principals: [{ prefix: 'cluster.local/' }] },
    },
    { rule: { from: [{ source: { principals: ['*x*'] } }] }, match: { principals: [{ suffix: 'x*' }] } },
    {
      rule: { from: [{ source: { notPrincipals: ['a'], notNamespaces: ['b'] } }] },
      match: { notPrincipals: [{ exact: 'a' }], notNamespaces: [{ exact: 'b' }] },
    },
    {
      rule: { from: [{ source: { serviceAccounts: ['sa', 'ns/other'] } }] },
      match: {
        serviceAccounts: [
          { namespace: 'ecs-demo-1', serviceAccount: 'sa' },
          { namespace: 'ns', serviceAccount: 'other' },
        ],
      },
    },
    {
      rule: { from: [{ source: { notServiceAccounts: ['ns/x'] } }] },
      match: { notServiceAccounts: [{ namespace: 'ns', serviceAccount: 'x' }] },
    },
    {
      rule: { from: [{ source: { ipBlocks: ['10.0.0.1', 'fd00::1', '10.0.0.0/8', 'bad', '10.0.0.0/40'] } }] },
      match: {
        sourceIps: [
          { address: '10.0.0.1', length: 32 },
          { address: 'fd00::1', length: 128 },
          { address: '10.0.0.0', length: 8 },
        ],
      },
    },
    {
      rule: { from: [{ source: { notIpBlocks: ['10.0.0.0/8'] } }] },
      match: { notSourceIps: [{ address: '10.0.0.0', length: 8 }] },
    },
    {
      rule: { to: [{ operation: { ports: ['80', 'http', '70000'], notPorts: ['81'] } }] },
      match: { destinationPorts: [80], notDestinationPorts: [81] },
    },
    { rule: { from: [{}] }, match: {} },
    {
      rule: { when: [{ key: 'source.namespace', values: ['a'], notValues: ['b'] }] },
      match: { namespaces: [{ exact: 'a' }], notNamespaces: [{ exact: 'b' }] },
    },
    { rule: { when: [{ key: 'source.principal', notValues: ['a*'] }] }, match: { notPrincipals: [{ prefix: 'a' }] } },
    {
      rule: { when: [{ key: 'source.ip', notValues: ['10.0.0.1'] }] },
      match: { notSourceIps: [{ address: '10.0.0.1', length: 32 }] },
    },
    {
      rule: { when: [{ key: 'destination.ip', values: ['10.0.0.1'] }] },
      match: { destinationIps: [{ address: '10.0.0.1', length: 32 }] },
    },
    { rule: { when: [{ key: 'destination.port', values: ['80'] }] }, match: { destinationPorts: [80] } },
  ])('$rule', ({ rule, match }) => {
    expect(rulesOf(rule)).toEqual([{ clauses: [{ matches: [match] }] }]);
  });

  test('trust domains: ignored without a word', () => {
    const source = { namespaces: ['a'], trustDomains: ['b'] };
    const translation = sent(translate(object({ rules: [{ from: [{ source }] }] }), 'istio-system'));
    expect(translation.unsupported).toEqual([]);
    expect(translation.authorization.rules).toEqual([{ clauses: [{ matches: [{ namespaces: [{ exact: 'a' }] }] }] }]);
  });
});

describe('HTTP attributes', () => {
  test.each<{ rule: PolicyRule; unsupported: string[] }>([
    { rule: { to: [{ operation: { methods: ['GET'], ports: ['80'] } }] }, unsupported: ['methods'] },
    { rule: { to: [{ operation: { hosts: ['a'], notPaths: ['/b'] } }] }, unsupported: ['hosts', 'notPaths'] },
    { rule: { from: [{ source: { requestPrincipals: ['a'] } }] }, unsupported: ['requestPrincipals'] },
    {
      rule: { from: [{ source: { namespaces: ['a'] } }, { source: { notRemoteIpBlocks: ['10.0.0.0/8'] } }] },
      unsupported: ['notRemoteIpBlocks'],
    },
    { rule: { when: [{ key: 'request.headers[x]', values: ['a'] }] }, unsupported: ['request.headers[x]'] },
  ])('in ALLOW: the whole rule is omitted, so nothing is allowed: $rule', ({ rule, unsupported }) => {
    const translation = sent(translate(object({ rules: [rule] }), 'istio-system'));
    expect(translation).toMatchObject({ unsupported, authorization: { rules: [] } });
  });

  test('in ALLOW: other rules stay', () => {
    const rules: PolicyRule[] = [
      { to: [{ operation: { methods: ['GET'] } }] },
      { to: [{ operation: { ports: ['80'] } }] },
    ];
    expect(sent(translate(object({ rules }), 'istio-system')).authorization.rules).toEqual([
      { clauses: [{ matches: [{ destinationPorts: [80] }] }] },
    ]);
  });

  test.each<{ what: string; rule: PolicyRule; denied: boolean }>([
    {
      what: 'a namespace and a method',
      rule: { from: [{ source: { namespaces: ['default'] } }], to: [{ operation: { methods: ['GET'] } }] },
      denied: false,
    },
    {
      what: 'a method and a port in one entry',
      rule: { to: [{ operation: { methods: ['GET'], ports: ['80'] } }] },
      denied: true,
    },
    {
      what: 'a method in one entry, a port in another',
      rule: { to: [{ operation: { methods: ['GET'] } }, { operation: { ports: ['80'] } }] },
      denied: true,
    },
    { what: 'a header', rule: { when: [{ key: 'request.headers[x]', values: ['a'] }] }, denied: false },
    {
      what: 'a namespace and a request principal in one entry',
      rule: { from: [{ source: { namespaces: ['default'], requestPrincipals: ['a'] } }] },
      denied: true,
    },
  ])('in DENY: $what denies $denied', ({ rule, denied }) => {
    const { authorization, unsupported } = sent(translate(object({ action: 'DENY', rules: [rule] }), 'istio-system'));
    const connection = {
      sourceIdentity: 'spiffe://cluster.local/ns/default/sa/x',
      sourceIp: '10.0.0.1',
      destinationIp: '10.0.0.2',
      destinationPort: 80,
    };
    expect(unsupported).not.toEqual([]);
    expect(evaluateAuthorization([authorization], connection).verdict).toBe(denied ? 'deny' : 'allow');
  });
});

describe('selectors', () => {
  const workload = { namespace: 'ecs-demo-1', labels: { app: 'echo', tier: 'web' } };
  const labelled = (matchLabels: Record<string, string>, namespace = 'ecs-demo-1') =>
    object({ selector: { matchLabels } }, { namespace });
  test.each([
    { what: 'all labels', policy: labelled({ app: 'echo', tier: 'web' }), selected: true },
    { what: 'one label differs', policy: labelled({ app: 'echo', tier: 'db' }), selected: false },
    { what: 'empty selector', policy: labelled({}), selected: true },
    { what: 'no selector', policy: object({}), selected: false },
    { what: 'another namespace', policy: labelled({ app: 'echo' }, 'other'), selected: false },
    { what: 'the root namespace', policy: labelled({ app: 'echo' }, 'istio-system'), selected: true },
  ])('$what: $selected', ({ policy, selected }) => {
    expect(selects(policy, workload, 'istio-system')).toBe(selected);
  });
});
