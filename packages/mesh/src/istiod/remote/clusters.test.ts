import { connectLoopback, systemClock } from '@meshbed/core';
import { resources } from '@meshbed/kube-client';
import { FakeKube } from '@meshbed/kube-client/testing';
import { expect, test, vi } from 'vitest';
import { RemoteClusters } from './clusters.ts';

const namespace = 'istio-system';

function kubeconfig({ ca }: FakeKube, { server = 'https://kubernetes.default.svc', user = {} } = {}): string {
  return JSON.stringify({
    'current-context': 'aks',
    contexts: [{ name: 'aks', context: { cluster: 'aks', user: 'aks' } }],
    clusters: [{ name: 'aks', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name: 'aks', user }],
  });
}

async function world() {
  const [here, there] = [await FakeKube.start(), await FakeKube.start()];
  const stop = new AbortController();
  const log: string[] = [];
  there.put(resources.namespaces, {
    metadata: { name: namespace, labels: { 'topology.istio.io/network': 'network2' } },
  });
  const api = here.api();
  const clusters = new RemoteClusters({
    api,
    clock: systemClock,
    signal: stop.signal,
    namespace,
    clusterId: 'eks',
    connect: (host) =>
      host === 'kubernetes.default.svc' ? connectLoopback(there.port) : Promise.reject(new Error('no such host')),
    log: (level, message) => log.push(`${level} ${message}`),
    onChange: () => {},
  });
  const put = (id: string, text: string) => {
    const labels = { 'istio/multiCluster': 'true' };
    const data = { [id]: Buffer.from(text).toString('base64') };
    here.put(resources.secrets, { metadata: { name: 'istio-remote-secret', namespace, labels }, data });
  };
  const networks = () => clusters.snapshots({ namespace, trustDomain: 'cluster.local' }).map(({ network }) => network);
  const close = async () => {
    stop.abort();
    clusters[Symbol.dispose]();
    api[Symbol.dispose]();
    await Promise.all([here[Symbol.asyncDispose](), there[Symbol.asyncDispose]()]);
  };
  return { here, there, clusters, put, networks, log, [Symbol.asyncDispose]: close };
}

test('remote clusters: come with their secret, and go with it', async () => {
  await using it = await world();
  it.put('aks', kubeconfig(it.there, { user: { token: 'good' } }));
  await vi.waitFor(() => expect(it.networks()).toEqual(['network2']));
  expect(it.clusters.status).toMatchObject([{ id: 'aks', syncStatus: 'synced', error: undefined }]);
  it.here.remove(resources.secrets, 'istio-remote-secret', namespace);
  await vi.waitFor(() => expect(it.networks()).toEqual([]));
});

test('remote clusters: a bad token is said once, tried again, and heals when it is accepted', async () => {
  await using it = await world();
  it.there.refused.add('Bearer bad');
  it.put('aks', kubeconfig(it.there, { user: { token: 'bad' } }));
  await vi.waitFor(() =>
    expect(it.clusters.status).toMatchObject([{ syncStatus: 'failed', error: expect.anything() }]),
  );
  await it.clusters.settled();
  expect(it.networks()).toEqual([]);
  it.there.refused.clear();
  await vi.waitFor(() => expect(it.networks()).toEqual(['network2']));
  const warnings = it.log.filter((line) => line.startsWith('warn'));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/remote cluster aks \(secret istio-system\/istio-remote-secret\): .*Unauthorized/);
});

test('remote clusters: bad credentials in place of good ones lose nothing that was known', async () => {
  await using it = await world();
  it.put('aks', kubeconfig(it.there, { user: { token: 'good' } }));
  await vi.waitFor(() => expect(it.networks()).toEqual(['network2']));
  it.there.refused.add('Bearer bad');
  it.put('aks', kubeconfig(it.there, { user: { token: 'bad' } }));
  await vi.waitFor(() => expect(it.clusters.status).toMatchObject([{ syncStatus: 'failed' }]));
  expect(it.networks()).toEqual(['network2']);
});

test.each([
  ['a command', { user: { exec: { command: 'steal' } } }, 'exec is not allowed here'],
  ['a file', { user: { tokenFile: '/etc/shadow' } }, 'tokenFile is not allowed here'],
  ['an unknown host', { server: 'https://elsewhere.example' }, 'no such host'],
])('remote clusters: a kubeconfig that names %s does not work, in words', async (_, change, reason) => {
  await using it = await world();
  it.put('aks', kubeconfig(it.there, change));
  await vi.waitFor(() => expect(it.clusters.status[0]?.error).toContain(reason));
});

test("remote clusters: this cluster's own secret is passed over", async () => {
  await using it = await world();
  it.put('eks', kubeconfig(it.there));
  await it.clusters.settled();
  await vi.waitFor(() => expect(it.here.requests.length).toBeGreaterThan(0));
  expect(it.clusters.status).toEqual([]);
});
