import { virtualClock } from '@meshbed/core';
import { afterEach, expect, test } from 'vitest';
import { startTestCluster, type TestCluster } from '../testing/cluster.ts';

let api: TestCluster | undefined;
afterEach(() => api?.[Symbol.asyncDispose]());

const path = '/api/v1/namespaces/default/configmaps';
const clock = virtualClock(Date.parse('2025-01-01T00:00:00Z'));

async function setup() {
  api = await startTestCluster({ clock });
  const { store } = api.cluster;
  const put = (name: string, labels: Record<string, string> = {}, data: object = {}) => {
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', labels }, data };
    return store.get('configmaps', 'default', name) ? store.update(object) : store.create(object);
  };
  const drop = (name: string) => void store.delete('configmaps', 'default', name);
  return { api, store, put, drop };
}

async function take(events: AsyncGenerator<{ type: string; object: any }>, count: number): Promise<string[]> {
  const seen: string[] = [];
  while (seen.length < count) {
    const { value, done } = await events.next();
    if (done) break;
    seen.push(
      `${value.type} ${value.object.metadata?.name ?? value.object.code ?? value.object.metadata?.resourceVersion}`,
    );
  }
  return seen;
}

test('watch: what is there, then what changes', async () => {
  const { api: cluster, put, drop } = await setup();
  put('a');
  const events = cluster.watch(`${path}?watch=true`);
  expect(await take(events, 1)).toEqual(['ADDED a']);
  put('a', {}, { x: '1' });
  put('b');
  drop('a');
  expect(await take(events, 3)).toEqual(['MODIFIED a', 'ADDED b', 'DELETED a']);
});

test('watch: resumes after a resourceVersion', async () => {
  const { api: cluster, put } = await setup();
  put('a');
  const { json } = await cluster.call('GET', path);
  put('b');
  expect(await take(cluster.watch(`${path}?watch=1&resourceVersion=${json.metadata.resourceVersion}`), 1)).toEqual([
    'ADDED b',
  ]);
});

test('watch: a forgotten resourceVersion is an error event', async () => {
  const { api: cluster, put } = await setup();
  for (let index = 0; index < 5010; index++) put('a', {}, { index: String(index) });
  expect(await take(cluster.watch(`${path}?watch=1&resourceVersion=5`), 2)).toEqual(['ERROR 410']);
});

test('watch: beginning and ceasing to match a selector', async () => {
  const { api: cluster, put, drop } = await setup();
  put('a', { on: 'yes' });
  const events = cluster.watch(`${path}?watch=true&labelSelector=on%3Dyes`);
  expect(await take(events, 1)).toEqual(['ADDED a']);
  put('a', { on: 'no' });
  put('a', { on: 'no' }, { x: '1' });
  put('a', { on: 'yes' });
  put('b');
  drop('b');
  drop('a');
  expect(await take(events, 3)).toEqual(['DELETED a', 'ADDED a', 'DELETED a']);
});

test('watch: bookmarks, also after the initial events', async () => {
  const { api: cluster, put } = await setup();
  put('a');
  const query = 'watch=true&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan';
  const events = cluster.watch(`${path}?${query}`);
  expect(await take(events, 1)).toEqual(['ADDED a']);
  const { value } = await events.next();
  expect(value).toMatchObject({
    type: 'BOOKMARK',
    object: { kind: 'ConfigMap', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
  });
  await clock.advance(60_000);
  expect((await events.next()).value).toMatchObject({
    type: 'BOOKMARK',
    object: { metadata: { resourceVersion: cluster.cluster.store.resourceVersion } },
  });
});

test('watch: ends after timeoutSeconds', async () => {
  const { api: cluster, put } = await setup();
  put('a');
  const events = cluster.watch(`${path}?watch=true&timeoutSeconds=5`);
  expect(await take(events, 1)).toEqual(['ADDED a']);
  await clock.advance(5000);
  expect(await events.next()).toMatchObject({ done: true });
});

test('watch: a broken selector is refused before it starts', async () => {
  const { api: cluster } = await setup();
  expect((await cluster.call('GET', `${path}?watch=true&fieldSelector=data.x%3D1`)).json).toMatchObject({
    code: 400,
    message: 'field label not supported: data.x',
  });
});
