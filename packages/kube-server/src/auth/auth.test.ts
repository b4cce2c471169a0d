import { createIds, virtualClock } from '@meshbed/core';
import { describe, expect, test } from 'vitest';
import { Registry } from '../registry/index.ts';
import { Store } from '../store/index.ts';
import { type Access, authorize, bootstrapRbac, denialText, rulesOf, TokenAuthority } from './index.ts';

const apiVersion = 'rbac.authorization.k8s.io/v1';

function setup(): Store {
  const store = new Store({ clock: virtualClock(0), ids: createIds('a'), registry: new Registry() });
  for (const name of ['default', 'other']) store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (const object of bootstrapRbac) store.create(object);
  const create = (kind: string, metadata: object, more: object) =>
    store.create({ apiVersion, kind, metadata, ...more });
  create(
    'Role',
    { name: 'reader', namespace: 'default' },
    {
      rules: [
        { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', 'pods/log'] },
        { verbs: ['get'], apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['web'] },
      ],
    },
  );
  create(
    'RoleBinding',
    { name: 'jane-reads', namespace: 'default' },
    {
      roleRef: { kind: 'Role', name: 'reader' },
      subjects: [
        { kind: 'User', name: 'jane' },
        { kind: 'ServiceAccount', name: 'bot' },
      ],
    },
  );
  create(
    'RoleBinding',
    { name: 'viewers', namespace: 'other' },
    { roleRef: { kind: 'ClusterRole', name: 'view' }, subjects: [{ kind: 'Group', name: 'team' }] },
  );
  create(
    'ClusterRole',
    { name: 'widgets', labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } },
    { rules: [{ verbs: ['get'], apiGroups: ['example.com'], resources: ['*'] }] },
  );
  return store;
}

const jane = { username: 'jane', groups: ['system:authenticated'] };
const bot = { username: 'system:serviceaccount:default:bot', groups: [] };
const member = { username: 'joe', groups: ['team'] };
const editor = {
  username: 'ed',
  groups: [],
  roles: [{ clusterRole: 'edit', namespaces: ['other'], source: 'a policy' }],
};
const admin = { username: 'x', groups: ['system:masters'] };
const on = (verb: string, resource: string, more: object = {}): Access => ({
  kind: 'resource',
  verb,
  group: '',
  resource,
  namespace: 'default',
  ...more,
});

describe('authorization', () => {
  test.each([
    ['by role', jane, on('get', 'pods'), true],
    ['by a role that the credentials carry', editor, on('delete', 'pods', { namespace: 'other' }), true],
    ['such a role in another namespace', editor, on('delete', 'pods'), false],
    ['to read is not to act', member, on('create', 'pods', { namespace: 'other', subresource: 'exec' }), false],
    [
      'to read is not to look through a pod',
      member,
      on('get', 'pods', { namespace: 'other', subresource: 'exec' }),
      false,
    ],
    ['another verb', jane, on('delete', 'pods'), false],
    ['another namespace', jane, on('get', 'pods', { namespace: 'other' }), false],
    ['cluster-wide', jane, on('list', 'pods', { namespace: undefined }), false],
    ['subresource', jane, on('get', 'pods', { subresource: 'log' }), true],
    ['another subresource', jane, on('get', 'pods', { subresource: 'exec' }), false],
    ['another group', jane, on('get', 'pods', { group: 'apps' }), false],
    ['by name', jane, on('get', 'deployments', { group: 'apps', name: 'web' }), true],
    ['another name', jane, on('get', 'deployments', { group: 'apps', name: 'db' }), false],
    ['no name', jane, on('list', 'deployments', { group: 'apps' }), false],
    ['service account', bot, on('get', 'pods'), true],
    ['group', member, on('list', 'services', { namespace: 'other' }), true],
    ['view has no secrets', member, on('list', 'secrets', { namespace: 'other' }), false],
    ['aggregated role', member, on('get', 'widgets', { group: 'example.com', namespace: 'other' }), true],
    ['masters', admin, on('anything', 'x', { group: 'y' }), true],
    ['discovery', jane, { kind: 'path', verb: 'get', path: '/apis/apps/v1' } as const, true],
    ['another path', jane, { kind: 'path', verb: 'get', path: '/metrics' } as const, false],
  ])('%s', (_name, user, access, allowed) => {
    expect(authorize(setup(), user, access).allowed).toBe(allowed);
  });

  test('says which binding allows', () => {
    expect(authorize(setup(), jane, on('get', 'pods')).reason).toBe(
      'RBAC: allowed by RoleBinding "jane-reads/default" of Role "reader" to User "jane"',
    );
  });

  test.each<[Access, string]>([
    [on('list', 'pods'), 'User "jane" cannot list resource "pods" in API group "" in the namespace "default"'],
    [
      on('get', 'pods', { subresource: 'exec' }),
      'User "jane" cannot get resource "pods/exec" in API group "" in the namespace "default"',
    ],
    [
      on('get', 'nodes', { namespace: undefined }),
      'User "jane" cannot get resource "nodes" in API group "" at the cluster scope',
    ],
    [{ kind: 'path', verb: 'get', path: '/metrics' }, 'User "jane" cannot get path "/metrics"'],
  ])('words a denial as Kubernetes does: %#', (access, text) => {
    expect(denialText(jane, access)).toBe(text);
  });

  test('lists the rules of a user', () => {
    const resources = rulesOf(setup(), jane, 'default').flatMap((rule) => rule.resources ?? []);
    expect(resources).toEqual(expect.arrayContaining(['pods', 'deployments', 'selfsubjectaccessreviews']));
  });
});

describe('service-account tokens', () => {
  const request = {
    namespace: 'n',
    serviceAccount: 's',
    serviceAccountUid: 'u',
    audiences: ['istio-ca'],
    ttlMs: 60_000,
  };

  test('say who they are for', async () => {
    const clock = virtualClock(1000);
    const authority = new TokenAuthority(clock, createIds('t'));
    const token = authority.issue({ ...request, pod: { name: 'p', uid: 'pu' } });
    expect(authority.verify(token, 'istio-ca')).toEqual({
      namespace: 'n',
      serviceAccount: 's',
      serviceAccountUid: 'u',
      audiences: ['istio-ca'],
      expiresAtMs: 61_000,
      pod: 'p',
      podUid: 'pu',
    });
    expect(authority.verify(token, 'other')).toBeUndefined();
    await clock.advance(60_000);
    expect(authority.verify(token)).toBeUndefined();
  });

  test('are ES256 JWTs in the form of bound tokens', () => {
    const [header = '', payload = ''] = new TokenAuthority(virtualClock(0), createIds('t')).issue(request).split('.');
    const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(decode(header)).toMatchObject({ alg: 'ES256' });
    expect(decode(payload)).toMatchObject({
      iss: 'https://kubernetes.default.svc',
      sub: 'system:serviceaccount:n:s',
      aud: ['istio-ca'],
      exp: 60,
      'kubernetes.io': { namespace: 'n', serviceaccount: { name: 's', uid: 'u' } },
    });
  });

  test.each(['', 'a.b.c', 'not a token', 'a.b.c.d'])('refuses %j', (token) => {
    expect(new TokenAuthority(virtualClock(0), createIds('t')).verify(token)).toBeUndefined();
  });

  test("refuses another cluster's and changed ones", () => {
    const [one, two] = [
      new TokenAuthority(virtualClock(0), createIds('1')),
      new TokenAuthority(virtualClock(0), createIds('2')),
    ];
    const token = one.issue(request);
    const [header, payload = '', signature] = token.split('.');
    const forged = Buffer.from(Buffer.from(payload, 'base64url').toString().replace(':s"', ':admin"')).toString(
      'base64url',
    );
    expect(two.verify(token)).toBeUndefined();
    expect(one.verify(`${header}.${forged}.${signature}`)).toBeUndefined();
  });
});
