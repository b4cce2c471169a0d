import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CallOptions, idleCluster, startTestCluster, type TestCluster } from '../testing/cluster.ts';

let api: TestCluster;
beforeAll(async () => {
  api = await startTestCluster();
});
afterAll(() => api[Symbol.asyncDispose]());

const configMaps = '/api/v1/namespaces/default/configmaps';
const deployments = '/apis/apps/v1/namespaces/default/deployments';
const configMap = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...more,
});
const deployment = (name: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
  },
});

describe('paths', () => {
  test.each([
    ['GET', '/version', 200],
    ['GET', '/healthz', 200],
    ['GET', '/livez', 200],
    ['GET', '/readyz', 200],
    ['GET', '/api', 200],
    ['GET', '/api/v1', 200],
    ['GET', '/apis', 200],
    ['GET', '/apis/apps', 200],
    ['GET', '/apis/apps/v1', 200],
    ['GET', '/apis/apps/v2', 404],
    ['GET', '/apis/none', 404],
    ['GET', '/openapi/v3', 200],
    ['GET', '/openapi/v3/apis/apps/v1', 200],
    ['GET', '/openapi/v3/apis/none/v1', 404],
    ['GET', '/openapi/v2', 200],
    ['GET', '/openapi/v1', 404],
    ['GET', '/metrics', 404],
    ['GET', '/api/v1/namespaces/default', 200],
    ['GET', '/api/v1/pods', 200],
    ['GET', '/api/v1/namespaces/default/nodes', 404],
    ['GET', '/api/v1/things', 404],
    ['GET', '/api/v1/namespaces/default/services/kubernetes/nothing', 404],
    ['GET', '/api/v1/namespaces/default/pods/x/log', 501],
    ['POST', '/api/v1/namespaces/default', 405],
    ['PUT', '/api/v1/namespaces', 405],
    ['GET', '/apis/authentication.k8s.io/v1/tokenreviews', 405],
    ['DELETE', '/version', 200],
  ])('%s %s: %s', async (method, path, code) => {
    expect((await api.call(method, path)).code).toBe(code);
  });

  test('without a cluster: the credentials tell it, when there are several', async () => {
    const raw = (path: string) => api.call('GET', `/../..${path}`);
    expect((await raw('/api/v1/namespaces/default')).code).toBe(200);
    await api.server.addCluster(idleCluster('another'));
    expect((await raw('/api/v1/namespaces/default')).code).toBe(200);
    expect((await api.call('GET', '/../../api', { token: 'of nobody' })).json.message).toBe(
      'no cluster named in the path: use /clusters/NAME',
    );
    await api.server.removeCluster('another');
  });

  test('of an unknown cluster is NotFound', async () => {
    expect((await api.call('GET', '/../nothing/version')).json.message).toBe(
      'no cluster nothing in the path: use /clusters/NAME',
    );
  });
});

describe('create', () => {
  test.each<[string, string, CallOptions, number, string]>([
    [
      'without name',
      configMaps,
      { body: configMap('') },
      422,
      'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    ],
    [
      'without namespace',
      '/api/v1/configmaps',
      { body: configMap('a') },
      400,
      'an empty namespace may not be set during creation',
    ],
    [
      'in no namespace',
      '/api/v1/namespaces/none/configmaps',
      { body: configMap('a') },
      404,
      'namespaces "none" not found',
    ],
    [
      'another namespace',
      configMaps,
      { body: { ...configMap('a'), metadata: { name: 'a', namespace: 'b' } } },
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'another kind',
      configMaps,
      { body: { ...configMap('a'), kind: 'Secret' } },
      400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: no kind "Secret" is registered for this path',
    ],
    [
      'another version',
      configMaps,
      { body: { ...configMap('a'), apiVersion: 'v2' } },
      400,
      'the API version in the data (v2) does not match the expected API version (v1)',
    ],
    [
      'no object',
      configMaps,
      { body: [] },
      400,
      'the object provided is unrecognized: it must be a JSON or YAML object',
    ],
    [
      'unknown media type',
      configMaps,
      { raw: 'x', type: 'text/plain' },
      415,
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    ],
    [
      'strict',
      `${configMaps}?fieldValidation=Strict`,
      { body: { ...configMap('a'), dat: {} } },
      400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dat"',
    ],
    [
      'wrong type',
      deployments,
      { body: { ...deployment('a'), spec: { replicas: 'x' } } },
      400,
      'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    ],
  ])('refuses: %s', async (_name, path, options, code, message) => {
    const { json } = await api.call('POST', path, options);
    expect(json).toMatchObject({ kind: 'Status', status: 'Failure', code, message });
  });

  test('reads YAML, warns of unknown fields and leaves them out', async () => {
    const raw = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml}\ndata: {a: b}\nfoo: 1\n';
    const { code, json, headers } = await api.call('POST', configMaps, { raw, type: 'application/yaml' });
    expect(code).toBe(201);
    expect(json).toMatchObject({ metadata: { name: 'yaml', namespace: 'default' }, data: { a: 'b' } });
    expect(json['foo']).toBeUndefined();
    expect(headers['warning']).toBe('299 - "unknown field \\"foo\\""');
  });

  test('a dry run stores nothing', async () => {
    const { code, json } = await api.call('POST', `${configMaps}?dryRun=All`, { body: configMap('dry') });
    expect([code, json.metadata.name]).toEqual([201, 'dry']);
    expect((await api.call('GET', `${configMaps}/dry`)).code).toBe(404);
  });

  test('says what is stored but not acted on', async () => {
    const body = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'a' },
      spec: { podSelector: {} },
    };
    const { headers } = await api.call('POST', '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies', {
      body,
    });
    expect(headers['warning']).toContain('not enforced');
  });
});

describe('replace', () => {
  test('keeps the status, counts generations, checks the version', async () => {
    const created = await api.create(deployments, deployment('put'));
    const status = await api.call('PUT', `${deployments}/put/status`, {
      body: { ...created, status: { replicas: 1 }, spec: {} },
    });
    expect(status.json).toMatchObject({ metadata: { generation: 1 }, spec: { replicas: 1 }, status: { replicas: 1 } });
    const stale = await api.call('PUT', `${deployments}/put`, { body: created });
    expect(stale.json).toMatchObject({
      code: 409,
      reason: 'Conflict',
      details: { name: 'put', group: 'apps', kind: 'deployments' },
    });
    const body = { ...deployment('put'), spec: { ...deployment('put').spec, replicas: 3 } };
    const replaced = await api.call('PUT', `${deployments}/put`, { body });
    expect(replaced.json).toMatchObject({
      metadata: { generation: 2 },
      spec: { replicas: 3 },
      status: { replicas: 1 },
    });
  });

  test('refuses another name', async () => {
    const { json } = await api.call('PUT', `${configMaps}/a`, { body: configMap('b') });
    expect(json.message).toBe('the name of the object (b) does not match the name on the URL (a)');
  });
});

describe('patch', () => {
  const patch = (path: string, type: string, body: unknown, query = '') =>
    api.call('PATCH', `${path}${query}`, { body, type: `application/${type}` });

  test.each<[string, unknown, object]>([
    ['merge-patch+json', { data: { a: null, b: '2' } }, { b: '2', c: '1' }],
    ['json-patch+json', [{ op: 'replace', path: '/data/a', value: '3' }], { a: '3', c: '1' }],
    ['strategic-merge-patch+json', { data: { c: null } }, { a: '1' }],
  ])('%s', async (type, body, data) => {
    const name = type.split('-')[0] ?? '';
    await api.create(configMaps, configMap(name, { data: { a: '1', c: '1' } }));
    expect((await patch(`${configMaps}/${name}`, type, body)).json['data']).toEqual(data);
  });

  test('status and scale', async () => {
    await api.create(deployments, deployment('sub'));
    const path = `${deployments}/sub`;
    const status = await patch(`${path}/status`, 'merge-patch+json', {
      status: { replicas: 1 },
      spec: { replicas: 9 },
    });
    expect(status.json).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 1 } });
    const scaled = await patch(`${path}/scale`, 'merge-patch+json', { spec: { replicas: 4 } });
    expect(scaled.json).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 4 },
      status: { replicas: 1, selector: 'app=sub' },
    });
    const { json } = await api.call('GET', `${path}/scale`);
    expect(await api.call('PUT', `${path}/scale`, { body: { ...json, spec: { replicas: 2 } } })).toMatchObject({
      code: 200,
    });
    expect((await api.call('GET', path)).json).toMatchObject({ spec: { replicas: 2 } });
  });

  test('server-side apply creates, conflicts, forces', async () => {
    const path = `${configMaps}/applied`;
    const apply = (data: object, query: string) =>
      patch(path, 'apply-patch+yaml', configMap('applied', { data }), query);
    expect((await apply({ a: '1' }, '?fieldManager=one')).code).toBe(201);
    expect((await apply({ a: '2' }, '?fieldManager=two')).json).toMatchObject({
      code: 409,
      message: 'Apply failed with 1 conflict: conflict with "one": .data.a',
      details: { causes: [{ reason: 'FieldManagerConflict', field: '.data.a' }] },
    });
    const forced = await apply({ a: '2' }, '?fieldManager=two&force=true');
    expect(forced.json['data']).toEqual({ a: '2' });
    const again = await apply({ a: '2' }, '?fieldManager=two');
    expect(again.json.metadata.resourceVersion).toBe(forced.json.metadata.resourceVersion);
    expect((await apply({}, '')).json.message).toContain('fieldManager: Required value: is required for apply patch');
  });

  test.each([
    ['a missing object', `${configMaps}/none`, 'merge-patch+json', {}, 404, 'configmaps "none" not found'],
    ['another type', `${configMaps}/none`, 'x', {}, 415, 'the body of the request was in an unknown format'],
  ])('refuses: %s', async (_name, path, type, body, code, message) => {
    expect((await patch(path, type, body)).json).toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

describe('list', () => {
  beforeAll(async () => {
    await api.create('/api/v1/namespaces', { metadata: { name: 'lists' } });
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await api.create(
        '/api/v1/namespaces/lists/configmaps',
        configMap(name, { metadata: { name, labels: { odd: String('ace'.includes(name)) } } }),
      );
    }
  });
  const path = '/api/v1/namespaces/lists/configmaps';
  const names = (items: { metadata: { name: string } }[]) => items.map(({ metadata }) => metadata.name).join('');

  test.each([
    ['', 'abcde'],
    ['?labelSelector=odd%3Dtrue', 'ace'],
    ['?fieldSelector=metadata.name%3Db', 'b'],
    ['?labelSelector=odd%3Dtrue&fieldSelector=metadata.name!%3Da', 'ce'],
  ])('%s', async (query, found) => {
    const { json } = await api.call('GET', path + query);
    expect(json).toMatchObject({
      kind: 'ConfigMapList',
      apiVersion: 'v1',
      metadata: { resourceVersion: expect.any(String) },
    });
    expect(names(json.items)).toBe(found);
  });

  test('in pages', async () => {
    const first = await api.call('GET', `${path}?limit=2`);
    expect(first.json).toMatchObject({ metadata: { remainingItemCount: 3 } });
    const next = (first.json.metadata as unknown as { continue: string }).continue;
    await api.call('DELETE', `${path}/a`);
    const second = await api.call('GET', `${path}?limit=9&continue=${next}`);
    expect([names(first.json.items), names(second.json.items)]).toEqual(['ab', 'cde']);
    expect(second.json.metadata).not.toHaveProperty('continue');
    expect((await api.call('GET', `${path}?continue=x`)).json.message).toBe('continue key is not valid');
  });

  test('as a table, with its own columns', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const { json } = await api.call('GET', `${path}?limit=1&labelSelector=odd`, { accept });
    expect(json).toMatchObject({
      kind: 'Table',
      columnDefinitions: [{ name: 'Name', format: 'name' }, { name: 'Data', type: 'integer' }, { name: 'Age' }],
      rows: [
        { cells: [expect.any(String), 0, expect.stringMatching(/^\d+s$/)], object: { kind: 'PartialObjectMetadata' } },
      ],
    });
  });

  test('as metadata only', async () => {
    const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
    const { json } = await api.call('GET', path, { accept });
    expect(json).toMatchObject({
      kind: 'PartialObjectMetadataList',
      items: expect.arrayContaining([
        { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: expect.anything() },
      ]),
    });
  });
});

describe('delete', () => {
  test('answers with a Status, or with what still waits', async () => {
    await api.create(configMaps, configMap('gone'));
    const { json } = await api.call('DELETE', `${configMaps}/gone`);
    expect(json).toMatchObject({
      kind: 'Status',
      status: 'Success',
      details: { name: 'gone', kind: 'configmaps', uid: expect.any(String) },
    });
    await api.create(configMaps, configMap('held', { metadata: { name: 'held', finalizers: ['x.io/y'] } }));
    const held = await api.call('DELETE', `${configMaps}/held`);
    expect(held.json.metadata.deletionTimestamp).toEqual(expect.any(String));
    await api.call('PATCH', `${configMaps}/held`, {
      body: { metadata: { finalizers: null } },
      type: 'application/merge-patch+json',
    });
    expect((await api.call('GET', `${configMaps}/held`)).code).toBe(404);
  });

  test('checks preconditions', async () => {
    await api.create(configMaps, configMap('pre'));
    const { json } = await api.call('DELETE', `${configMaps}/pre`, { body: { preconditions: { uid: 'x' } } });
    expect(json).toMatchObject({
      code: 409,
      message: expect.stringContaining('Precondition failed: UID in precondition: x'),
    });
  });

  test('a collection, by selector', async () => {
    for (const name of ['c1', 'c2'])
      await api.create(configMaps, configMap(name, { metadata: { name, labels: { drop: name } } }));
    const { json } = await api.call('DELETE', `${configMaps}?labelSelector=drop%3Dc1`);
    expect(json.items).toHaveLength(1);
    expect((await api.call('GET', `${configMaps}/c2`)).code).toBe(200);
  });

  test('a namespace waits for its finalize call', async () => {
    const namespace = await api.create('/api/v1/namespaces', { metadata: { name: 'closing' } });
    const { json } = await api.call('DELETE', '/api/v1/namespaces/closing');
    expect(json).toMatchObject({ status: { phase: 'Terminating' } });
    const refused = await api.call('POST', '/api/v1/namespaces/closing/configmaps', { body: configMap('a') });
    expect(refused.json.message).toBe(
      'configmaps "a" is forbidden: unable to create new content in namespace closing because it is being terminated',
    );
    const metadata = { name: 'closing', uid: namespace.metadata.uid };
    await api.call('PUT', '/api/v1/namespaces/closing/finalize', { body: { metadata, spec: { finalizers: [] } } });
    expect((await api.call('GET', '/api/v1/namespaces/closing')).code).toBe(404);
  });
});

describe('pods', () => {
  test('are bound and evicted through subresources', async () => {
    const pods = '/api/v1/namespaces/default/pods';
    await api.create(pods, {
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'c', image: 'x' }], terminationGracePeriodSeconds: 7 },
    });
    const bind = () => api.call('POST', `${pods}/p/binding`, { body: { target: { kind: 'Node', name: 'n1' } } });
    expect((await bind()).code).toBe(201);
    expect((await bind()).json.message).toContain('is already assigned to node "n1"');
    expect((await api.call('POST', `${pods}/p/eviction`, { body: {} })).code).toBe(201);
    expect((await api.call('GET', `${pods}/p`)).json.metadata).toMatchObject({ deletionGracePeriodSeconds: 7 });
  });
});
