import { KubeError } from '@meshbed/kube-client';
import { FakeKube } from '@meshbed/kube-client/testing';
import { findCause } from '@meshbed/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createKubeClient, type KubeClient } from './client.ts';
import { kubeconfigText } from './access.ts';

let fake: FakeKube;
let kube: KubeClient;
const tokens = ['one', 'two'];
beforeEach(async () => {
  fake = await FakeKube.start();
  kube = createKubeClient({
    context: 'demo',
    server: `https://127.0.0.1:${fake.port}`,
    certificateAuthorityData: Buffer.from(fake.ca).toString('base64'),
    token: async () => tokens[fake.requests.length] ?? 'later',
  });
});
afterEach(async () => {
  kube[Symbol.dispose]();
  await fake[Symbol.asyncDispose]();
});

const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'n', name: 'a' }, data: { x: '1' } };
const gateway = { apiVersion: 'example.com/v1', kind: 'Gate', metadata: { name: 'g' } };

test('kube client: applies, patches, gets, lists, deletes', async () => {
  expect(await kube.get(settings)).toBeUndefined();
  expect(await kube.apply(settings)).toMatchObject({ data: { x: '1' } });
  expect(await kube.patch({ ...settings, data: { y: '2' } })).toMatchObject({ data: { x: '1', y: '2' } });
  expect(await kube.list('v1', 'ConfigMap', { namespace: 'n' })).toMatchObject([
    { kind: 'ConfigMap', data: { y: '2' } },
  ]);
  expect(await kube.list('v1', 'ConfigMap', { labels: 'app=other' })).toEqual([]);
  expect([await kube.delete(settings), await kube.delete(settings)]).toEqual([true, false]);
});

test('kube client: asks for a token with every request', async () => {
  await kube.get(settings);
  await kube.get(settings);
  expect(fake.authorizations).toEqual(['Bearer one', 'Bearer two']);
});

test('kube client: a kind that is not served is missing to a reader and a reason to a writer', async () => {
  expect(await kube.get(gateway)).toBeUndefined();
  expect(await kube.delete(gateway)).toBe(false);
  const refused: unknown = await kube.apply(gateway).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'cloud/kubernetes', message: "can't write Gate g" });
  expect(findCause(refused, KubeError)).toMatchObject({ status: 404, reason: 'UnknownKind' });
});

test('kube client: what the server says is the cause', async () => {
  fake.refused.add('Bearer one');
  const place = { namespace: 'n', pod: 'p', container: 'c' };
  await expect(kube.logs(place)).rejects.toMatchObject({ message: "can't read the log of Pod n/p" });
  await fake[Symbol.asyncDispose]();
  await expect(kube.exec({ ...place, command: ['x'] })).rejects.toMatchObject({
    code: 'cloud/exec-pod',
    cause: { reason: 'Unreachable' },
  });
  fake = await FakeKube.start();
});

test('kubeconfig text: names one cluster, with a token of now', async () => {
  expect(JSON.parse(await kubeconfigText(kube.access))).toMatchObject({
    'current-context': 'demo',
    clusters: [{ name: 'demo', cluster: { server: kube.access.server } }],
    users: [{ user: { token: 'one' } }],
  });
});
