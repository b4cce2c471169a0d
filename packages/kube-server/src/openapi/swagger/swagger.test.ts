import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from '../../testing/cluster.ts';
import { widgets } from '../../testing/widgets.ts';
import { encodeSwagger } from './protobuf.ts';
import { swaggerDocument } from './index.ts';

let api: TestCluster;
beforeAll(async () => {
  api = await startTestCluster();
});
afterAll(() => api[Symbol.asyncDispose]());

const definitions = async () => (await api.call('GET', '/openapi/v2')).json['definitions'] as Record<string, unknown>;

test('OpenAPI 2: lists of built-in kinds say how they merge', async () => {
  expect((await definitions())['io.k8s.api.PodSpec']).toMatchObject({
    properties: {
      containers: {
        type: 'array',
        items: { $ref: '#/definitions/io.k8s.api.Container' },
        'x-kubernetes-patch-merge-key': 'name',
        'x-kubernetes-patch-strategy': 'merge',
      },
      volumes: { 'x-kubernetes-patch-strategy': 'merge,retainKeys' },
      tolerations: { items: { $ref: '#/definitions/io.k8s.api.Toleration' } },
    },
  });
});

test('OpenAPI 2: follows the custom resource definitions', async () => {
  const { registry } = api.cluster.store;
  const before = swaggerDocument(registry, 'v1');
  expect(swaggerDocument(registry, 'v1')).toBe(before);
  await api.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', widgets);
  expect((await definitions())['com.example.v1.Widget']).toMatchObject({
    properties: { kind: { type: 'string' }, spec: { properties: { size: { type: 'integer' } } } },
    'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Widget' }],
  });
});

test('OpenAPI 2: a document as protobuf, by hand', () => {
  const bytes = encodeSwagger({
    swagger: '2.0',
    info: { title: 'K', version: 'v1' },
    paths: {},
    definitions: { X: { type: 'object', properties: { a: { $ref: '#/definitions/Y' } }, 'x-k': [1] } },
  });
  const schema = [
    'b201080a066f626a656374', // 22 TypeItem { 1 "object" }
    'ca01180a160a016112110a0f232f646566696e6974696f6e732f59', // 25 Properties { 1 { "a", Schema { 1 "#/definitions/Y" } } }
    'fa010c0a03782d6b120512035b315d', // 31 NamedAny { "x-k", Any { 2 "[1]" } }
  ].join('');
  const sized = (tag: string, hex: string) => `${tag}${(hex.length / 2).toString(16).padStart(2, '0')}${hex}`;
  const head = `${sized('0a', '322e30')}${sized('12', '0a014b12027631')}${sized('42', '')}`;
  expect(bytes.toString('hex')).toBe(head + sized('4a', sized('0a', `0a0158${sized('12', schema)}`)));
});
