import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { Action, AuthorizationSchema, Scope } from '../../proto/gen/istio/authorization_pb.ts';
import type { AuthorizationPolicy } from '../objects.ts';
import { translatePolicies } from './policies.ts';

const policy = (spec: AuthorizationPolicy['spec'], namespace = 'app'): AuthorizationPolicy => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name: 'p', namespace },
  ...(spec ? { spec } : {}),
});
const translated = (spec: AuthorizationPolicy['spec'], namespace?: string) => {
  const { messages, selectors, conditions } = translatePolicies([policy(spec, namespace)], 'istio-system');
  const [message] = messages.values();
  // Over the wire and back: what ztunnel reads.
  const read =
    message && fromBinary(AuthorizationSchema, toBinary(AuthorizationSchema, create(AuthorizationSchema, message)));
  return { message: read, selectors, condition: conditions[0]?.condition };
};

test('authorization: an empty spec denies everything: ALLOW without rules', () => {
  const { message, condition } = translated({});
  expect(message).toMatchObject({
    name: 'p',
    namespace: 'app',
    scope: Scope.NAMESPACE,
    action: Action.ALLOW,
    rules: [],
  });
  expect(condition).toMatchObject({ type: 'ZtunnelAccepted', status: 'True', reason: 'Accepted' });
});

test('authorization: sources and ports become clauses, addresses become bytes', () => {
  const source = {
    namespaces: ['default'],
    principals: ['cluster.local/ns/a/sa/*'],
    ipBlocks: ['10.0.0.0/8'],
    serviceAccounts: ['b'],
  };
  const { message } = translated({
    action: 'DENY',
    rules: [{ from: [{ source }], to: [{ operation: { ports: ['8080'] } }] }],
  });
  expect(message?.action).toBe(Action.DENY);
  const [to, from] = message?.rules[0]?.clauses ?? [];
  expect(to?.matches[0]?.destinationPorts).toEqual([8080]);
  expect(from?.matches[0]).toMatchObject({
    namespaces: [{ matchType: { case: 'exact', value: 'default' } }],
    principals: [{ matchType: { case: 'prefix', value: 'cluster.local/ns/a/sa/' } }],
    sourceIps: [{ address: Uint8Array.of(10, 0, 0, 0), length: 8 }],
    serviceAccounts: [{ namespace: 'app', serviceAccount: 'b' }],
  });
});

test('authorization: presence survives the wire', () => {
  const { message } = translated({ rules: [{ from: [{ source: { principals: ['*'] } }] }] });
  expect(message?.rules[0]?.clauses[0]?.matches[0]?.principals[0]?.matchType.case).toBe('presence');
});

test.each([
  ['of the root namespace is global', {}, 'istio-system', Scope.GLOBAL, []],
  [
    'with a selector is listed by workloads',
    { selector: { matchLabels: { app: 'echo' } } },
    'app',
    Scope.WORKLOAD_SELECTOR,
    [{ key: 'app/p', namespace: 'app', labels: { app: 'echo' } }],
  ],
])('authorization: a policy %s', (_, spec, namespace, scope, selectors) => {
  const it = translated(spec, namespace);
  expect([it.message?.scope, it.selectors]).toEqual([scope, selectors]);
});

test.each([
  ['HTTP attributes', { rules: [{ to: [{ operation: { methods: ['GET'] } }] }] }, 'methods', true],
  ['action CUSTOM', { action: 'CUSTOM' }, 'ztunnel does not support the CUSTOM action', false],
])('authorization: %s are told in the status', (_, spec, text, isSent) => {
  const { condition, message } = translated(spec);
  expect(condition).toMatchObject({
    status: 'False',
    reason: 'UnsupportedValue',
    message: expect.stringContaining(text) as string,
  });
  expect(message !== undefined).toBe(isSent);
});

test('authorization: a policy for a waypoint does not concern ztunnel', () => {
  expect(translated({ targetRefs: [{ kind: 'Gateway', name: 'w' }] })).toEqual({
    message: undefined,
    selectors: [],
    condition: undefined,
  });
});
