import { afterAll, beforeAll, expect, test } from 'vitest';
import { idleCluster, startTestCluster, type TestCluster } from '../testing/cluster.ts';

let api: TestCluster;
beforeAll(async () => {
  api = await startTestCluster();
});
afterAll(() => api[Symbol.asyncDispose]());

test('version: the minor version that was asked for', async () => {
  expect((await api.call('GET', '/version')).json).toMatchObject({
    major: '1',
    minor: '32',
    gitVersion: expect.stringMatching(/^v1\.32\.\d+$/),
  });
});

test.each([
  ['v2', 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'],
  ['v2beta1', 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json'],
])('aggregated discovery: %s', async (version, accept) => {
  const { json, headers } = await api.call('GET', '/apis', { accept });
  expect(headers['content-type']).toBe(`application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`);
  expect(json).toMatchObject({ kind: 'APIGroupDiscoveryList', apiVersion: `apidiscovery.k8s.io/${version}` });
  expect(json.items).toContainEqual(
    expect.objectContaining({
      metadata: { name: 'apps', creationTimestamp: null },
      versions: [
        expect.objectContaining({
          version: 'v1',
          resources: expect.arrayContaining([
            expect.objectContaining({ resource: 'deployments', scope: 'Namespaced', shortNames: ['deploy'] }),
          ]),
        }),
      ],
    }),
  );
});

test('aggregated discovery: subresources and what they answer with', async () => {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const { json } = await api.call('GET', '/api', { accept });
  const [{ versions }] = json.items as unknown as [
    { versions: [{ resources: { resource: string; subresources: unknown[] }[] }] },
  ];
  const accounts = versions[0].resources.find(({ resource }) => resource === 'serviceaccounts');
  expect(accounts?.subresources).toEqual([
    {
      subresource: 'token',
      verbs: ['create'],
      responseKind: { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' },
    },
  ]);
});

test('legacy discovery', async () => {
  expect((await api.call('GET', '/api')).json).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
  expect((await api.call('GET', '/apis')).json['groups']).toContainEqual({
    name: 'apps',
    versions: [{ groupVersion: 'apps/v1', version: 'v1' }],
    preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
  });
  expect((await api.call('GET', '/api/v1')).json['resources']).toContainEqual(
    expect.objectContaining({ name: 'pods/exec', verbs: ['create', 'get'] }),
  );
});

test('OpenAPI: the index carries the prefix, documents have a patch operation for each kind', async () => {
  const index = await api.call('GET', '/openapi/v3');
  expect(index.json['paths']).toMatchObject({
    'apis/apps/v1': {
      serverRelativeURL: expect.stringMatching(/^\/clusters\/test\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]+$/),
    },
  });
  const { json } = await api.call('GET', '/openapi/v3/api/v1');
  expect(json).toMatchObject({
    paths: {
      '/api/v1/namespaces/{namespace}/pods/{name}': {
        patch: { parameters: expect.arrayContaining([expect.objectContaining({ name: 'fieldValidation' })]) },
      },
    },
    components: {
      schemas: { 'io.k8s.api.Pod': { 'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Pod' }] } },
    },
  });
});

test('clusters: kept apart, added and removed', async () => {
  const other = await api.server.addCluster(idleCluster('other'));
  expect(() => api.server.addCluster(idleCluster('other'))).toThrow('there is a cluster other already');
  other.store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'only-here' } });
  expect((await api.call('GET', '/api/v1/namespaces/only-here')).code).toBe(404);
  expect((await api.call('GET', '/../other/api/v1/namespaces')).code).toBe(401);
  expect((await api.call('GET', '/../other/api/v1/namespaces/only-here', { token: other.adminToken })).code).toBe(200);
  const watch = api.watch('/../other/api/v1/namespaces?watch=true', other.adminToken);
  for (let seen = 0; seen < 5; seen++) await watch.next();
  await api.server.removeCluster('other');
  await expect(watch.next()).rejects.toThrow('aborted');
  expect((await api.call('GET', '/../other/version')).code).toBe(404);
});

test('nodes: added ready, removed', async () => {
  api.cluster.addNode({
    name: 'ip-192-168-1-5.ec2.internal',
    ip: '192.168.1.5',
    labels: { a: 'b' },
    zone: 'us-east-2a',
    instanceType: 't2.medium',
    providerId: 'aws:///us-east-2a/i-1',
  });
  const { json } = await api.call('GET', '/api/v1/nodes', { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
  expect(json).toMatchObject({
    rows: [{ cells: expect.arrayContaining(['ip-192-168-1-5.ec2.internal', 'Ready', '192.168.1.5']) }],
  });
  api.cluster.removeNode('ip-192-168-1-5.ec2.internal');
  expect((await api.call('GET', '/api/v1/nodes')).json.items).toEqual([]);
});
