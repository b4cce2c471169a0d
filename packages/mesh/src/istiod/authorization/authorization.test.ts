import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { Action, AuthorizationSchema, Scope } from '../../proto/gen/istio/authorization_pb.ts';
import type { AuthorizationPolicy } from '../objects.ts';
import { unsupportedIn } from '../unsupported.ts';
import { strictPolicy } from './peer-authentication.ts';
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

test('authorization: a policy of the root namespace is global, one with a selector applies to matching workloads', () => {
  expect(translated({}, 'istio-system')).toMatchObject({ message: { scope: Scope.GLOBAL }, selectors: [] });
  const { message, selectors } = translated({ selector: { matchLabels: { app: 'echo' } } });
  expect([message?.scope, selectors[0]?.key]).toEqual([Scope.WORKLOAD_SELECTOR, 'app/p']);
  const applies = (namespace: string, app: string) => selectors[0]?.appliesTo(namespace, { app });
  expect([applies('app', 'echo'), applies('app', 'other'), applies('other', 'echo')]).toEqual([true, false, false]);
});

const peerAuthentication = (mode: 'UNSET' | 'PERMISSIVE' | 'STRICT', namespace: string, app?: string) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'PeerAuthentication',
  metadata: { name: mode, namespace },
  spec: { mtls: { mode }, ...(app === undefined ? {} : { selector: { matchLabels: { app } } }) },
});
test.each([
  ['of the mesh', [peerAuthentication('STRICT', 'istio-system')], true],
  ['of its namespace', [peerAuthentication('STRICT', 'app')], true],
  ['of another namespace', [peerAuthentication('STRICT', 'other')], false],
  [
    'of its namespace before the mesh',
    [peerAuthentication('STRICT', 'istio-system'), peerAuthentication('PERMISSIVE', 'app')],
    false,
  ],
  [
    'its own before its namespace',
    [peerAuthentication('PERMISSIVE', 'app'), peerAuthentication('STRICT', 'app', 'echo')],
    true,
  ],
  ['of other workloads', [peerAuthentication('STRICT', 'app', 'other')], false],
  ['UNSET passes on', [peerAuthentication('STRICT', 'istio-system'), peerAuthentication('UNSET', 'app')], true],
])('peer authentication: %s', (_, all, expected) => {
  expect(strictPolicy(all, 'istio-system')?.appliesTo('app', { app: 'echo' })).toBe(expected);
});

test('peer authentication: none at all makes no policy', () =>
  expect(strictPolicy([], 'istio-system')).toBeUndefined());

test('unsupported: waypoints and port levels are named', () => {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's', namespace: 'n', labels: { 'istio.io/use-waypoint': 'w' } },
  };
  const none = { ...service, metadata: { name: 's', labels: { 'istio.io/use-waypoint': 'none' } } };
  const ports = { ...peerAuthentication('STRICT', 'app'), spec: { portLevelMtls: {} } };
  const found = unsupportedIn([service, none], [ports]);
  expect(found.map((line) => line.split(':')[0])).toEqual(['Service n/s', 'PeerAuthentication app/STRICT']);
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
