import { expect, test } from 'vitest';
import { resources } from './index.ts';
import { type ConfigMap, configMap } from './testing/config-map.ts';
import { FakeKube } from './testing/fake-kube.ts';

const { configMaps } = resources;

test('kube api: create, get, apply, patch, list, delete', async () => {
  await using kube = await FakeKube.start();
  using api = kube.api();
  expect(await api.get(configMaps, 'a', 'default')).toBeUndefined();
  await api.create(configMap('a', { one: '1' }));
  await api.apply(configMap('b', { two: '2' }), 'istiod');
  await api.mergePatch(configMap('a', {}), { data: { three: '3' } });
  expect((await api.get<ConfigMap>(configMaps, 'a', 'default'))?.data).toEqual({ one: '1', three: '3' });
  expect((await api.list(configMaps, { namespace: 'default' })).items.map(({ metadata }) => metadata.name)).toEqual([
    'a',
    'b',
  ]);
  expect((await api.list(configMaps, { namespace: 'other' })).items).toEqual([]);
  const guarded = [{ op: 'test', path: '/data/one', value: 'x' }] as const;
  await expect(api.jsonPatch(configMap('a', {}), guarded)).rejects.toMatchObject({ status: 422 });
  expect([await api.delete(configMaps, 'a', 'default'), await api.delete(configMaps, 'a', 'default')]).toEqual([
    true,
    false,
  ]);
});

test('kube api: refusals carry status, reason and what was asked', async () => {
  await using kube = await FakeKube.start();
  using api = kube.api();
  await api.create(configMap('a', {}));
  const path = 'POST /api/v1/namespaces/default/configmaps';
  await expect(api.create(configMap('a', {}))).rejects.toMatchObject({ status: 409, reason: 'AlreadyExists' });
  await expect(api.create(configMap('a', {}))).rejects.toThrow(path);
  await kube[Symbol.asyncDispose]();
  await expect(api.list(configMaps)).rejects.toMatchObject({ status: 0, reason: 'Unreachable' });
});

test('kube api: finds where a kind is served, and asks again for one that was not there', async () => {
  await using kube = await FakeKube.start();
  using api = kube.api();
  const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a' }, spec: { size: 1 } };
  expect(await api.get(widget, 'a')).toBeUndefined();
  await expect(api.apply(widget, 'me')).rejects.toMatchObject({ status: 404, reason: 'UnknownKind' });
  kube.serve({ group: 'example.com', version: 'v1', kind: 'Widget', plural: 'widgets', namespaced: true });
  await api.apply(widget, 'me');
  expect(await api.get(widget, 'a')).toMatchObject({ spec: { size: 1 } });
  expect(await api.delete(widget, 'a')).toBe(true);
  const discoveries = kube.requests.filter((request) => request === 'GET /apis/example.com/v1');
  expect(discoveries).toHaveLength(3);
  expect(kube.requests).toContain('PATCH /apis/example.com/v1/namespaces/default/widgets/a');
});

test('kube api: fields that nobody knows arrive as they are written', async () => {
  await using kube = await FakeKube.start();
  using api = kube.api();
  const schema = { 'x-kubernetes-preserve-unknown-fields': true, b_c: { 'd-e': [null] } };
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'a' },
    spec: { schema },
  };
  expect(await api.apply(definition, 'me')).toMatchObject({ spec: { schema } });
  expect(kube.get(resources.customResourceDefinitions, 'a')).toMatchObject({ spec: { schema } });
});
