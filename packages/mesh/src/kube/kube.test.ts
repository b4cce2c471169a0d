import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@meshbed/core';
import { expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { FakeKube } from '../testing/fake-kube.ts';
import { fromKubeconfig, type KubeObject, resourceOf, resources } from './index.ts';

interface ConfigMap extends KubeObject {
  data: Record<string, string>;
}
const configMap = (name: string, data: Record<string, string>, namespace = 'default') =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data }) satisfies ConfigMap;
const { configMaps, serviceEntries } = resources;

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

test('informer: lists, follows changes, survives a cut and a forgotten version', async () => {
  await using kube = await FakeKube.start();
  using api = kube.api();
  using stop = stopper();
  kube.put(configMaps, configMap('a', { v: '1' }));
  const seen: string[] = [];
  const informer = api.informer<ConfigMap>(configMaps, {
    clock: systemClock,
    signal: stop.signal,
    onChange: ({ key, after }) => seen.push(`${key} ${after?.data['v'] ?? 'gone'}`),
  });
  await informer.synced;
  const has = (name: string) => informer.get(name, 'default')?.data['v'];
  expect(has('a')).toBe('1');
  kube.put(configMaps, configMap('b', { v: '1' }));
  await vi.waitFor(() => expect(has('b')).toBe('1'));
  kube.cut();
  kube.put(configMaps, configMap('a', { v: '2' }));
  await vi.waitFor(() => expect(has('a')).toBe('2'));
  kube.remove(configMaps, 'b', 'default');
  kube.cut();
  kube.compact();
  await vi.waitFor(() => expect(has('b')).toBeUndefined());
  expect(seen).toEqual(['default/a 1', 'default/b 1', 'default/a 2', 'default/b gone']);
});

test('informer: a kind that is not served yet counts as empty and is found later', async () => {
  await using kube = await FakeKube.start();
  kube.missingGroups.add('networking.istio.io');
  using api = kube.api();
  using stop = stopper();
  const informer = api.informer(serviceEntries, { clock: systemClock, signal: stop.signal });
  await informer.synced;
  expect(informer.objects.size).toBe(0);
  kube.put(serviceEntries, { metadata: { name: 'a', namespace: 'b' } });
  kube.missingGroups.clear();
  await vi.waitFor(() => expect(informer.get('a', 'b')).toBeDefined());
});

test('kubeconfig: reads context, cluster and token; says what it can not do', async () => {
  await using kube = await FakeKube.start();
  const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  using _cleanup = { [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
  const file = join(folder, 'config');
  const write = (user: object) =>
    writeFileSync(
      file,
      stringify({
        'current-context': 'one',
        contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
        clusters: [
          {
            name: 'c',
            cluster: {
              server: `https://127.0.0.1:${kube.port}`,
              'certificate-authority-data': Buffer.from(kube.ca).toString('base64'),
            },
          },
        ],
        users: [{ name: 'u', user }],
      }),
    );
  write({ token: 't' });
  using api = fromKubeconfig(file);
  expect((await api.list(configMaps)).items).toEqual([]);
  expect(() => fromKubeconfig(file, { context: 'two' })).toThrow('no context two');
  write({ exec: { command: 'aws' } });
  expect(() => fromKubeconfig(file)).toThrow('plugin');
});

test('resourceOf: names a kind that it does not know', () => {
  expect(() => resourceOf({ apiVersion: 'v1', kind: 'Nope' })).toThrow('v1 Nope');
});

function stopper() {
  const controller = new AbortController();
  return { signal: controller.signal, [Symbol.dispose]: () => controller.abort() };
}
