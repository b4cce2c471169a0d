import { create } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { GrpcError } from '../grpc/index.ts';
import { NodeSchema } from '../proto/gen/envoy/node_pb.ts';
import { Authentication } from './authentication.ts';

const role = 'arn:aws:iam::1:role/task';
const shared = 'arn:aws:iam::1:role/shared';
const account = (name: string, namespace: string, arn: string) => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace, annotations: { 'ecs.solo.io/role-arn': arn } },
});
const pod = (name: string, namespace: string, nodeName: string, serviceAccountName: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace },
  spec: { nodeName, serviceAccountName },
});
const tokens: Record<string, { namespace: string; serviceAccount: string; pod: string | undefined }> = {
  ztunnel: { namespace: 'istio-system', serviceAccount: 'ztunnel', pod: 'ztunnel-1' },
  unbound: { namespace: 'istio-system', serviceAccount: 'ztunnel', pod: undefined },
  app: { namespace: 'app', serviceAccount: 'echo', pod: 'echo-1' },
};
const authentication = new Authentication({
  trustDomain: 'cluster.local',
  nodeAgents: ['istio-system/ztunnel'],
  async reviewToken(token) {
    const identity = tokens[token];
    if (!identity) throw new GrpcError(16, 'service account token: invalid');
    return identity;
  },
  verifyIdentity: async (value) => value.split(' ')[1] ?? '',
  serviceAccounts: () => [
    account('local', 'ecs-1', role),
    account('a', 'ecs-1', shared),
    account('b', 'ecs-2', shared),
  ],
  pods: () => [
    pod('ztunnel-1', 'istio-system', 'node-1', 'ztunnel'),
    pod('echo-1', 'app', 'node-1', 'echo'),
    pod('other-1', 'app', 'node-2', 'other'),
  ],
});
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const aws = (arn: string) => ({ authorization: `aws-iam ${arn}` });
const spiffe = (namespace: string, name: string) => `spiffe://cluster.local/ns/${namespace}/sa/${name}`;

test.each([
  ['a pod gets its own', bearer('app'), undefined, spiffe('app', 'echo')],
  ['a node agent gets its own', bearer('ztunnel'), undefined, spiffe('istio-system', 'ztunnel')],
  ['a node agent gets that of a pod on its node', bearer('ztunnel'), spiffe('app', 'echo'), spiffe('app', 'echo')],
  ['a role with one service account gets it', aws(role), undefined, spiffe('ecs-1', 'local')],
  ['a role gets it when it asks for it', aws(role), spiffe('ecs-1', 'local'), spiffe('ecs-1', 'local')],
  ['a role with several gets the one that it asks for', aws(shared), spiffe('ecs-2', 'b'), spiffe('ecs-2', 'b')],
] as const)('identify: %s', async (_, headers, wanted, expected) => {
  expect(await authentication.identify(headers, wanted)).toBe(expected);
});

test.each([
  ['no credentials', {}, undefined, 16, 'no credentials'],
  ['an invalid token', bearer('x'), undefined, 16, 'invalid'],
  ['a pod that asks for another', bearer('app'), spiffe('app', 'other'), 7, 'app/echo may not ask for'],
  ['a node agent that asks for a pod of another node', bearer('ztunnel'), spiffe('app', 'other'), 7, 'no pod of'],
  [
    'a node agent that asks for another trust domain',
    bearer('ztunnel'),
    'spiffe://evil/ns/app/sa/echo',
    7,
    'no pod of',
  ],
  ['a node agent whose node is not known', bearer('unbound'), spiffe('app', 'echo'), 7, 'its token names pod (none)'],
  [
    'a role that is bound to none',
    aws('arn:aws:iam::1:role/x'),
    undefined,
    16,
    'role arn:aws:iam::1:role/x is not bound',
  ],
  ['a role that asks for another', aws(role), spiffe('ecs-2', 'b'), 7, `may be ${spiffe('ecs-1', 'local')}, not`],
  ['a role with several that asks for none', aws(shared), undefined, 7, 'none was asked for'],
] as const)('identify: refuses %s', async (_, headers, wanted, code, message) => {
  const error = await authentication.identify(headers, wanted).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code, message: expect.stringContaining(message) as string });
});

const node = (namespace: string, metadata: Record<string, string> = {}) =>
  create(NodeSchema, { id: `ztunnel~10.0.0.1~z.${namespace}~${namespace}.svc.cluster.local`, metadata });

test.each([
  ['its namespace', bearer('ztunnel'), node('istio-system')],
  ['its service account', bearer('ztunnel'), node('x', { NAMESPACE: 'istio-system', SERVICE_ACCOUNT: 'ztunnel' })],
  ["one of its role's", aws(shared), node('ecs-2', { SERVICE_ACCOUNT: 'b' })],
])('admit: a node that claims %s', async (_, headers, claimed) => {
  await expect(authentication.admit(headers, claimed)).resolves.toBeUndefined();
});

test.each([
  ['another namespace', bearer('app'), node('istio-system'), 'claims istio-system, but the caller is app/echo'],
  ['another service account', bearer('app'), node('app', { SERVICE_ACCOUNT: 'other' }), 'claims app/other'],
  ["another namespace than its role's", aws(role), node('ecs-2'), 'claims ecs-2'],
  ['the account of another role', aws(shared), node('ecs-1', { SERVICE_ACCOUNT: 'local' }), 'claims ecs-1/local'],
  ['nothing', bearer('app'), undefined, 'claims'],
])('admit: refuses a node that claims %s', async (_, headers, claimed, message) => {
  await expect(authentication.admit(headers, claimed)).rejects.toMatchObject({
    code: 16,
    message: expect.stringContaining(message) as string,
  });
});
