import { describe, expect, test } from 'vitest';
import type { Connection } from './connection.ts';
import { type JudgedWorkload, judgeConnection } from './judge.ts';
import type { AuthorizationPolicyObject, AuthorizationPolicySpec, PeerAuthenticationObject } from './resource.ts';

const policy = (name: string, spec?: AuthorizationPolicySpec, namespace = 'ecs-1'): AuthorizationPolicyObject => ({
  metadata: { name, namespace },
  ...(spec ? { spec } : {}),
});
const fromEks: AuthorizationPolicySpec = {
  rules: [
    { to: [{ operation: { methods: ['GET'] } }] },
    { from: [{ source: { namespaces: ['default'] } }], to: [{ operation: { ports: ['8080'] } }] },
  ],
};
const denyEks: AuthorizationPolicySpec = {
  action: 'DENY',
  rules: [{ from: [{ source: { namespaces: ['default'] } }] }],
};
const strict: PeerAuthenticationObject = {
  metadata: { name: 'strict', namespace: 'ecs-1' },
  spec: { mtls: { mode: 'STRICT' } },
};

const echo: JudgedWorkload = { namespace: 'ecs-1', labels: { app: 'echo' } };
const eks: Connection = {
  sourceIdentity: 'spiffe://cluster.local/ns/default/sa/default',
  sourceIp: '10.0.0.1',
  destinationIp: '10.0.1.1',
  destinationPort: 8080,
};
const ecs: Connection = { ...eks, sourceIdentity: 'spiffe://cluster.local/ns/ecs-2/sa/demo' };
const plain: Connection = { ...eks, sourceIdentity: undefined };

const judge = (
  connection: Connection,
  policies: AuthorizationPolicyObject[],
  peerAuthentications: PeerAuthenticationObject[] = [],
) => judgeConnection({ policies, peerAuthentications, rootNamespace: 'istio-system' }, echo, connection);

describe('judge: the decision names policy and rule', () => {
  test('allowed: by the rule as the object counts it, also when earlier ones are left out', () => {
    const { verdict, considered } = judge(eks, [policy('deny-all'), policy('allow-eks', fromEks)]);
    expect(verdict).toMatchObject({ verdict: 'allow', by: 'ecs-1/allow-eks' });
    expect(considered).toMatchObject([{ policy: 'ecs-1/deny-all' }, { policy: 'ecs-1/allow-eks', rule: 2 }]);
  });

  test('none allowed: each policy says what it would have wanted', () => {
    const { verdict, considered } = judge(ecs, [policy('deny-all'), policy('allow-eks', fromEks)]);
    expect(verdict).toMatchObject({ verdict: 'deny', reason: 'allow policies exist, but none allowed' });
    expect(considered.map(({ mismatches }) => mismatches)).toEqual([
      ['it has no rule, so that it matches nothing'],
      ['rule 2: namespace must be default, it is ecs-2'],
    ]);
  });

  test('explicitly denied: by the first by name, whatever order they came in', () => {
    const both = [policy('z', denyEks), policy('a', denyEks)];
    for (const policies of [both, both.toReversed()])
      expect(judge(eks, policies).verdict).toMatchObject({ reason: 'explicitly denied by: ecs-1/a' });
  });

  test('plain text: a namespace is wanted and there is none', () => {
    const [{ mismatches } = { mismatches: [] }] = judge(plain, [policy('allow-eks', fromEks)]).considered;
    expect(mismatches).toEqual(['rule 2: namespace must be default, there is none (plain text)']);
  });

  test('PeerAuthentication STRICT: denies plain text only', () => {
    expect(judge(plain, [], [strict]).verdict).toMatchObject({
      reason: 'explicitly denied by: istio-system/istio_converted_static_strict',
    });
    expect(judge(eks, [], [strict]).verdict.verdict).toBe('allow');
  });

  test.each<[string, AuthorizationPolicyObject, string]>([
    ['a waypoint', policy('w', { targetRefs: [{}] }), 'the policy targets a waypoint'],
    ['another action', policy('w', { action: 'AUDIT' }), 'ztunnel does not support the AUDIT action'],
  ])('ignored: one for %s, with the reason', (_, object, why) => {
    expect(judge(eks, [object])).toMatchObject({
      verdict: { verdict: 'allow' },
      ignored: [{ policy: 'ecs-1/w', why }],
    });
  });

  test.each<[string, AuthorizationPolicyObject, string]>([
    ['its namespace', policy('deny-all'), 'deny'],
    ['another namespace', policy('deny-all', {}, 'ecs-2'), 'allow'],
    ['the root namespace', policy('deny-all', {}, 'istio-system'), 'deny'],
    ['its labels', policy('s', { selector: { matchLabels: { app: 'echo' } } }), 'deny'],
    ['other labels', policy('s', { selector: { matchLabels: { app: 'x' } } }), 'allow'],
    ['its labels from the root', policy('s', { selector: { matchLabels: { app: 'echo' } } }, 'istio-system'), 'deny'],
  ])('scope: a deny-all for %s', (_, object, expected) => {
    expect(judge(eks, [object]).verdict.verdict).toBe(expected);
  });

  test.each<[string, AuthorizationPolicySpec, string]>([
    ['not a port', { rules: [{ to: [{ operation: { notPorts: ['8080'] } }] }] }, 'port must not be 8080, it is 8080'],
    [
      'prefix',
      { rules: [{ from: [{ source: { principals: ['x/*'] } }] }] },
      'principal must be x/*, it is cluster.local/ns/default/sa/default',
    ],
    [
      'address',
      { rules: [{ from: [{ source: { ipBlocks: ['10.1.0.0/16'] } }] }] },
      'source address must be 10.1.0.0/16, it is 10.0.0.1',
    ],
    [
      'account',
      { rules: [{ from: [{ source: { serviceAccounts: ['demo'] } }] }] },
      'service account must be ecs-1/demo, it is default/default',
    ],
    [
      'empty source',
      { action: 'DENY', rules: [{ from: [{ source: {} }] }] },
      'what ztunnel can see of it says nothing',
    ],
  ])('mismatch: %s', (_, spec, says) => {
    expect(judge(eks, [policy('p', spec)]).considered[0]?.mismatches).toEqual([`rule 1: ${says}`]);
  });
});
