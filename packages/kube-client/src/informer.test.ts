import { systemClock } from '@meshbed/core';
import { expect, test, vi } from 'vitest';
import { FakeKube } from './testing/fake-kube.ts';
import { resources } from './index.ts';
import { type ConfigMap, configMap } from './testing/config-map.ts';

const { configMaps, serviceEntries } = resources;

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

function stopper() {
  const controller = new AbortController();
  return { signal: controller.signal, [Symbol.dispose]: () => controller.abort() };
}
