import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from '../testing/cluster.ts';
import { widget, widgets } from '../testing/widgets.ts';

let api: TestCluster;
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const path = '/apis/example.com/v1/namespaces/default/widgets';
beforeAll(async () => {
  api = await startTestCluster();
  await api.create(definitions, widgets);
});
afterAll(() => api[Symbol.asyncDispose]());

test('definition: served at once, by discovery and OpenAPI too', async () => {
  expect((await api.call('GET', '/apis/example.com')).json).toMatchObject({
    versions: [{ version: 'v1' }, { version: 'v1beta1' }],
  });
  expect((await api.call('GET', '/apis/example.com/v1')).json).toMatchObject({
    resources: [{ name: 'widgets', kind: 'Widget', shortNames: ['wd'] }, { name: 'widgets/status' }],
  });
  const { json } = await api.call('GET', '/openapi/v3/apis/example.com/v1');
  expect(json).toMatchObject({
    paths: {
      '/apis/example.com/v1/namespaces/{namespace}/widgets/{name}': {
        patch: { 'x-kubernetes-group-version-kind': { group: 'example.com', version: 'v1', kind: 'Widget' } },
      },
    },
    components: {
      schemas: { 'com.example.v1.Widget': { properties: { spec: { description: 'What the widget should be.' } } } },
    },
  });
});

test.each([
  ['required', widget('x', {}), 'Widget.example.com "x" is invalid: spec.size: Required value'],
  [
    'enum',
    widget('x', { size: 1, color: 'green' }),
    'spec.color: Unsupported value: "green": supported values: "red", "blue"',
  ],
  [
    'several',
    widget('x', { size: 0, color: 'green' }),
    '[spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1, spec.color: Unsupported value',
  ],
])('objects: refuses %s', async (_name, body, message) => {
  const { json } = await api.call('POST', path, { body });
  expect(json).toMatchObject({ code: 422, reason: 'Invalid', message: expect.stringContaining(message) });
});

test('objects: defaulted, pruned with a warning, in every version', async () => {
  const created = await api.call('POST', path, { body: { ...widget('a', { size: 2, foo: 1 }), status: { x: 1 } } });
  expect(created.headers['warning']).toBe('299 - "unknown field \\"spec.foo\\""');
  expect(created.json).toMatchObject({ spec: { size: 2, color: 'red' }, metadata: { generation: 1 } });
  expect(created.json['status']).toBeUndefined();
  const { json } = await api.call('GET', path.replace('/v1/', '/v1beta1/'));
  expect(json).toMatchObject({
    apiVersion: 'example.com/v1beta1',
    kind: 'WidgetList',
    items: [{ apiVersion: 'example.com/v1beta1' }],
  });
});

test('objects: the status is written apart', async () => {
  await api.create(path, widget('s', { size: 2 }));
  const type = 'application/merge-patch+json';
  const { json } = await api.call('PATCH', `${path}/s/status`, {
    type,
    body: { spec: { size: 9 }, status: { conditions: [{ type: 'Ready', status: 'True' }] } },
  });
  expect(json).toMatchObject({
    metadata: { generation: 1 },
    spec: { size: 2 },
    status: { conditions: [{ type: 'Ready' }] },
  });
});

test('objects: columns come from the definition', async () => {
  const { json } = await api.call('GET', `${path}/s`, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' });
  expect(json).toMatchObject({
    columnDefinitions: [
      { name: 'Name' },
      { name: 'Size', priority: 0 },
      { name: 'Ready' },
      { name: 'Age' },
      { name: 'Color', priority: 1 },
    ],
    rows: [{ cells: ['s', 2, 'True', expect.stringMatching(/s$/), 'red'] }],
  });
});

test('objects: replacing needs a resourceVersion; strategic merge is for built-in kinds', async () => {
  const replaced = await api.call('PUT', `${path}/s`, { body: widget('s', { size: 3 }) });
  expect(replaced.json.message).toContain(
    'metadata.resourceVersion: Invalid value: 0x0: must be specified for an update',
  );
  const patched = await api.call('PATCH', `${path}/s`, { body: {}, type: 'application/strategic-merge-patch+json' });
  expect(patched.json).toMatchObject({ code: 415, message: expect.not.stringContaining('strategic') });
});

test('objects: apply merges lists by the keys of the schema', async () => {
  const apply = (manager: string, parts: object[]) =>
    api.call('PATCH', `${path}/lists?fieldManager=${manager}`, {
      type: 'application/apply-patch+yaml',
      body: widget('lists', { size: 1, parts }),
    });
  await apply('one', [{ name: 'x', count: 1 }]);
  expect((await apply('two', [{ name: 'y', count: 2 }])).json['spec']).toMatchObject({
    parts: [
      { name: 'x', count: 1 },
      { name: 'y', count: 2 },
    ],
  });
  expect((await apply('one', [])).json['spec']).toMatchObject({ parts: [{ name: 'y', count: 2 }] });
});

test('definition: goes with its objects, after the last finalizer', async () => {
  const type = 'application/merge-patch+json';
  await api.call('PATCH', `${path}/s`, { type, body: { metadata: { finalizers: ['x.io/y'] } } });
  await api.call('DELETE', `${definitions}/widgets.example.com`);
  expect((await api.call('GET', path)).json.items.map(({ metadata }) => metadata.name)).toEqual(['s']);
  await api.call('PATCH', `${path}/s`, { type, body: { metadata: { finalizers: null } } });
  expect((await api.call('GET', path)).code).toBe(404);
  expect((await api.call('GET', `${definitions}/widgets.example.com`)).code).toBe(404);
});
