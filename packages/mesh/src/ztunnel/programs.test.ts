import { ending } from '@meshbed/hbone/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type KubeObject, resources } from '@meshbed/kube-client';
import { answered, ask, Cluster, echoName, get, recent, reset, socks } from '../testing/cluster.ts';
import type { TestWorkload } from '../testing/network.ts';
import { ztunnel } from './index.ts';

const clusters: Cluster[] = [];
afterEach(async () => {
  for (const cluster of clusters.splice(0)) await cluster[Symbol.asyncDispose]();
});

async function start(): Promise<Cluster> {
  const cluster = await Cluster.start();
  clusters.push(cluster);
  return cluster;
}

describe('ztunnel: with istiod, the node agent and a task', () => {
  test('pod to task: both identities proved, policy decides, the destination says which', async () => {
    const cluster = await start();
    await cluster.ready();
    expect((await recent(cluster.task)).at(-1)).toMatchObject({
      direction: 'inbound',
      source: { workload: 'eks-shell', identity: 'spiffe://cluster.local/ns/default/sa/shell' },
      destination: { hboneAddress: '10.0.2.1:8080', identity: 'spiffe://cluster.local/ns/ecs-1/sa/local' },
      flag: '-',
    });
    const policy = { metadata: { name: 'deny-all', namespace: 'ecs-1' }, spec: {} };
    cluster.kube.put(resources.authorizationPolicies, policy);
    await vi.waitFor(async () => expect(await ask(await cluster.shell.connect(echoName, 8080))).toEqual(reset), 10_000);
    expect((await recent(cluster.task)).at(-1)).toMatchObject({
      error: 'connection closed due to policy rejection: allow policies exist, but none allowed',
      refusal: { policies: ['ecs-1/deny-all'] },
    });
    expect((await recent(cluster.network.workloads.get('10.0.0.20') as TestWorkload)).at(-1)).toMatchObject({
      direction: 'outbound',
      error: 'http status: 401 Unauthorized',
    });
  });

  test('task through SOCKS5: reaches the mesh by name, unknown names are refused', async () => {
    const cluster = await start();
    await cluster.ready();
    expect(await ask(await socks(cluster.task, echoName, 8080))).toEqual(answered);
    const socket = await cluster.task.connect('127.0.0.1', 15080);
    socket.write(Buffer.from([5, 1, 0, 5, 1, 0, 3, 1, 0x78, 0, 80]));
    const end = ending(socket);
    expect(Buffer.from((await end).text).subarray(2, 4)).toEqual(Buffer.from([5, 4]));
    expect(cluster.task.redirect).toBeUndefined();
  });

  test('admin: configuration, readiness and metrics', async () => {
    const cluster = await start();
    const { node } = await cluster.ready();
    const dump = (await get(node.network, 15000, '/config_dump')) as Record<string, Record<string, unknown>[]>;
    expect(dump['services']).toMatchObject([
      { hostname: echoName, vips: ['eks/240.240.0.1', 'eks/2001:2::1'], ports: { 8080: 8080 } },
    ]);
    expect(dump['workloads']?.map(({ protocol, workloadIps }) => [workloadIps, protocol])).toContainEqual([
      ['10.0.2.1'],
      'HBONE',
    ]);
    expect(dump['certificates']).toMatchObject([
      { identity: 'spiffe://cluster.local/ns/default/sa/shell', state: 'Available' },
    ]);
    expect(Object.values(dump['workloadState'] ?? {})).toMatchObject([{ state: 'Up', info: { name: 'eks-shell' } }]);
    expect(await get(node.network, 15021, '/healthz/ready')).toBe('200 ready\n');
    expect(await get(node.network, 15020, '/metrics')).toMatch(
      /istio_tcp_connections_opened_total\{reporter="source",source_workload="eks-shell",/,
    );
  });

  test('the gateway: is ready with a certificate of its own, and lets tasks through to istiod', async () => {
    const cluster = await start();
    const { gateway } = await cluster.ready();
    expect(await get(gateway.network, 15021, '/healthz/ready')).toBe('200 ready\n');
    expect(await gateway.stop()).toBe(0);
  });

  test('ztunnel of the node stops: captured pods have no way round it; a new one takes them over', async () => {
    const cluster = await start();
    const { node, echo } = await cluster.ready();
    const before = echo.connections;
    expect(await node.stop()).toBe(0);
    await expect(cluster.shell.connect(echoName, 8080)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(echo.connections).toBe(before);
    cluster.nodeProxy();
    await vi.waitFor(
      async () => expect(await ask(await cluster.shell.connect(echoName, 8080))).toEqual(answered),
      10_000,
    );
  });

  test('a namespace that leaves the mesh: its pods are released', async () => {
    const cluster = await start();
    await cluster.ready();
    cluster.kube.put(resources.namespaces, { metadata: { name: 'default', labels: {} } });
    const pod = () => cluster.kube.get<KubeObject>(resources.pods, 'eks-shell', 'default');
    await vi.waitFor(
      () => expect(pod()?.metadata.annotations?.['ambient.istio.io/redirection'] ?? null).toBeNull(),
      10_000,
    );
    expect(cluster.shell.redirect).toBeUndefined();
  });

  test.each([
    ['an unknown mode', { PROXY_MODE: 'both' }, 'PROXY_MODE must be shared or dedicated, not both'],
    ['dedicated without token', { PROXY_MODE: 'dedicated' }, 'ztunnel needs BOOTSTRAP_TOKEN'],
    ['shared without node', { PROXY_MODE: 'shared' }, 'PROXY_MODE=shared needs a node'],
  ])('%s: ends with 1 and says why', async (_, env, message) => {
    const cluster = await start();
    const running = cluster.run(ztunnel, cluster.network.workload('10.0.0.99'), { env });
    await vi.waitFor(() => expect(running.log.join('\n')).toContain(message));
    expect(await running.stop()).toBe(1);
  });
});
