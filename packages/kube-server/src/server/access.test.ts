import { request } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { createKeyPair, privateKeyPem, publicKeyDer } from '@meshbed/x509';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from '../testing/cluster.ts';

const eksToken = 'k8s-aws-v1.creator';
let api: TestCluster;
beforeAll(async () => {
  const creator = { username: 'arn:aws:iam::111122223333:user/creator', groups: ['system:masters'] };
  const authenticate = (token: string) => Promise.resolve(token === eksToken ? creator : undefined);
  api = await startTestCluster({ cluster: { authenticate } });
  await api.create('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'bot' } });
  const role = {
    metadata: { name: 'reader' },
    rules: [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['configmaps'] }],
  };
  await api.create('/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles', role);
  const subjects = [{ kind: 'ServiceAccount', name: 'bot', namespace: 'default' }];
  const binding = { metadata: { name: 'bot' }, roleRef: { kind: 'Role', name: 'reader' }, subjects };
  await api.create('/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings', binding);
});
afterAll(() => api[Symbol.asyncDispose]());

const accounts = '/api/v1/namespaces/default/serviceaccounts';
const botToken = async (spec: object = {}) => {
  const { json } = await api.call('POST', `${accounts}/bot/token`, { body: { spec } });
  return (json['status'] as { token: string }).token;
};

describe('authentication', () => {
  test.each([
    ['no token', ''],
    ['another token', 'x'],
    ['a token of another issuer', 'k8s-aws-v1.else'],
    ['a malformed token', 'a.b.c'],
  ])('%s is Unauthorized', async (_name, token) => {
    expect((await api.call('GET', '/api/v1/pods', { token })).json).toMatchObject({
      kind: 'Status',
      code: 401,
      reason: 'Unauthorized',
      message: 'Unauthorized',
    });
  });

  test.each(['/version', '/healthz'])('%s is public', async (path) => {
    expect((await api.call('GET', path, { token: '' })).code).toBe(200);
  });

  test('tokens of another issuer', async () => {
    const { json } = await api.call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      body: {},
      token: eksToken,
    });
    expect(json).toMatchObject({
      status: {
        userInfo: {
          username: 'arn:aws:iam::111122223333:user/creator',
          groups: ['system:masters', 'system:authenticated'],
        },
      },
    });
  });

  test('service-account tokens: for the API only when made out to it, and while the account exists', async () => {
    expect((await api.call('GET', '/api/v1/namespaces/default/configmaps', { token: await botToken() })).code).toBe(
      200,
    );
    expect((await api.call('GET', '/api/v1/pods', { token: await botToken({ audiences: ['istio-ca'] }) })).code).toBe(
      401,
    );
    await api.create(accounts, { metadata: { name: 'brief' } });
    const { json } = await api.call('POST', `${accounts}/brief/token`, { body: {} });
    const { token } = json['status'] as { token: string };
    await api.call('DELETE', `${accounts}/brief`);
    expect((await api.call('GET', '/api', { token })).code).toBe(401);
  });

  test('tokens bound to a pod die with it', async () => {
    const pods = '/api/v1/namespaces/default/pods';
    await api.create(pods, { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'x' }] } });
    const token = await botToken({ boundObjectRef: { kind: 'Pod', name: 'p' } });
    expect((await api.call('GET', '/api', { token })).code).toBe(200);
    await api.call('DELETE', `${pods}/p`);
    expect((await api.call('GET', '/api', { token })).code).toBe(401);
    const { json } = await api.call('POST', `${accounts}/bot/token`, {
      body: { spec: { boundObjectRef: { kind: 'Pod', name: 'p' } } },
    });
    expect(json.message).toBe('pods "p" not found');
  });

  test('client certificates of our authority', async () => {
    const keys = createKeyPair();
    const issue = {
      publicKey: publicKeyDer(keys.publicKey),
      commonName: 'jane',
      names: {},
      ttlMs: 60_000,
      nowMs: Date.now(),
    };
    const cert = api.authority.issue(issue);
    const code = await new Promise((resolve, reject) => {
      const options = { ca: api.caPem, cert, key: privateKeyPem(keys.privateKey) };
      request(`${api.cluster.server}/api/v1/nodes`, options, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
    });
    expect(code).toBe(403);
  });
});

describe('authorization', () => {
  test.each([
    ['GET', '/api/v1/namespaces/default/configmaps', undefined],
    [
      'GET',
      '/api/v1/namespaces/default/secrets',
      'secrets is forbidden: User "system:serviceaccount:default:bot" cannot list resource "secrets" in API group "" in the namespace "default"',
    ],
    [
      'GET',
      '/api/v1/configmaps',
      'configmaps is forbidden: User "system:serviceaccount:default:bot" cannot list resource "configmaps" in API group "" at the cluster scope',
    ],
    [
      'DELETE',
      '/api/v1/namespaces/default/configmaps/x',
      'configmaps "x" is forbidden: User "system:serviceaccount:default:bot" cannot delete resource "configmaps" in API group "" in the namespace "default"',
    ],
    [
      'GET',
      '/apis/apps/v1/namespaces/default/deployments?watch=true',
      'deployments.apps is forbidden: User "system:serviceaccount:default:bot" cannot watch resource "deployments" in API group "apps" in the namespace "default"',
    ],
    ['GET', '/apis', undefined],
    ['GET', '/metrics', 'forbidden: User "system:serviceaccount:default:bot" cannot get path "/metrics"'],
  ])('%s %s: %s', async (method, path, message) => {
    const { code, json } = await api.call(method, path, { token: await botToken() });
    expect([code, json.message]).toEqual(message === undefined ? [200, undefined] : [403, message]);
  });

  test('impersonation: as somebody else, with the right to', async () => {
    const headers = { 'impersonate-user': 'system:serviceaccount:default:bot' };
    expect((await api.call('GET', '/api/v1/namespaces/default/configmaps', { headers })).code).toBe(200);
    expect((await api.call('GET', '/api/v1/nodes', { headers })).code).toBe(403);
    const { json } = await api.call('GET', '/api', {
      headers: { 'impersonate-user': 'jane' },
      token: await botToken(),
    });
    expect(json.message).toBe(
      'users "jane" is forbidden: User "system:serviceaccount:default:bot" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
  });

  test('applying what does not exist needs the right to create', async () => {
    const { json } = await api.call('PATCH', '/api/v1/namespaces/default/configmaps/new?fieldManager=x', {
      token: await botToken(),
      body: {},
      type: 'application/apply-patch+yaml',
    });
    expect(json).toMatchObject({ code: 403, reason: 'Forbidden' });
  });
});

describe('reviews', () => {
  const access = (body: object, options: object = {}) =>
    api.call('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { body: { spec: body }, ...options });

  test('may I', async () => {
    const attributes = { verb: 'list', resource: 'configmaps', namespace: 'default' };
    const asBot = { token: await botToken() };
    expect((await access({ resourceAttributes: attributes }, asBot)).json['status']).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by RoleBinding "bot/default" of Role "reader" to ServiceAccount "bot"',
    });
    expect((await access({ resourceAttributes: { ...attributes, verb: 'delete' } }, asBot)).json['status']).toEqual({
      allowed: false,
    });
  });

  test('may somebody', async () => {
    const spec = {
      user: 'jane',
      groups: ['system:authenticated'],
      nonResourceAttributes: { path: '/api', verb: 'get' },
    };
    const { json } = await api.call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', { body: { spec } });
    expect(json).toMatchObject({ status: { allowed: true } });
  });

  test('whose token', async () => {
    const review = async (token: string, audiences?: string[]) =>
      (await api.call('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { body: { spec: { token, audiences } } }))
        .json['status'];
    const token = await botToken({ audiences: ['istio-ca'] });
    expect(await review(token, ['istio-ca'])).toMatchObject({
      authenticated: true,
      audiences: ['istio-ca'],
      user: {
        username: 'system:serviceaccount:default:bot',
        groups: expect.arrayContaining(['system:serviceaccounts:default']),
      },
    });
    expect(await review(token)).toMatchObject({ authenticated: false });
  });

  test('token requests: too short a life is invalid', async () => {
    const { json } = await api.call('POST', `${accounts}/bot/token`, { body: { spec: { expirationSeconds: 5 } } });
    expect(json.message).toContain('may not specify a duration less than 10 minutes');
  });
});

test('in-VPC connections: the same server without a prefix', async () => {
  await using listener = createServer((socket) => api.cluster.accept(socket)).listen(0, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  const { port } = listener.address() as AddressInfo;
  const names = await new Promise<string>((resolve, reject) => {
    const headers = { authorization: `Bearer ${api.cluster.adminToken}` };
    const options = { ca: api.caPem, servername: 'kubernetes.default.svc', headers, agent: false as const };
    const call = request(`https://127.0.0.1:${port}/api/v1/namespaces/default`, options, (response) => {
      response.setEncoding('utf8').on('data', resolve);
    });
    call.on('error', reject).end();
  });
  expect(JSON.parse(names)).toMatchObject({ kind: 'Namespace', metadata: { name: 'default' } });
});
