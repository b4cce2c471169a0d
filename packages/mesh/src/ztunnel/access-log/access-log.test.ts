import { virtualClock } from '@meshbed/core';
import { describe, expect, test } from 'vitest';
import { echoApplication, workloadOf } from '../../testing/mesh-world.ts';
import { ask, echoService, echoServices, meshWorld, policy, vip } from '../../testing/two-workloads.ts';
import { TrafficMetrics } from '../metrics/index.ts';
import { AccessLog } from './index.ts';
import type { AccessRecord } from './record.ts';

async function linesOf(prepare: (world: ReturnType<typeof meshWorld>) => void = () => {}) {
  const world = meshWorld({ clock: virtualClock(Date.UTC(2026, 0, 1)) });
  world.state.setService(echoService);
  const client = await world.join(workloadOf({ name: 'shell', addresses: ['10.0.0.1'] }));
  const echo = await world.join(workloadOf({ name: 'echo', addresses: ['10.0.0.2'], services: echoServices }));
  await echoApplication(echo.network, 8080);
  prepare(world);
  await ask(await client.network.connect(vip, 80));
  await expect.poll(() => [client.lines.length, echo.lines.length]).toEqual([1, 1]);
  return [...client.lines, ...echo.lines].map((line) =>
    line.replace(/src\.addr=10\.0\.0\.1:\d+/, 'src.addr=10.0.0.1:PORT'),
  );
}

const time = '2026-01-01T00:00:00.000000Z';
const shell = 'src.addr=10.0.0.1:PORT src.workload="shell" src.namespace="default"';
const shellIdentity = 'src.identity="spiffe://cluster.local/ns/default/sa/shell"';
const echo =
  'dst.addr=10.0.0.2:15008 dst.hbone_addr=10.0.0.2:8080 dst.service="echo.default.svc.cluster.local" dst.workload="echo" dst.namespace="default"';
const echoIdentity = 'dst.identity="spiffe://cluster.local/ns/default/sa/echo"';

describe('access log', () => {
  test('a connection: one line per side', async () => {
    const rest = 'bytes_sent=6 bytes_recv=6 duration="0ms"';
    const facts = `${shell} ${shellIdentity} src.cluster="Kubernetes" ${echo} ${echoIdentity} dst.cluster="Kubernetes"`;
    expect(await linesOf()).toEqual([
      `${time}\tinfo\taccess\tconnection complete\t${facts} direction="outbound" ${rest}`,
      `${time}\tinfo\taccess\tconnection complete\t${facts} direction="inbound" ${rest}`,
    ]);
  });

  test('a refusal: the destination names the policy, the source what it was told', async () => {
    const rest = 'bytes_sent=0 bytes_recv=0 duration="0ms"';
    const deny = policy('deny-cluster-2', { action: 'DENY', rules: [{ clauses: [] }] });
    expect(await linesOf((world) => world.state.setPolicy(deny))).toEqual([
      `${time}\terror\taccess\tconnection complete\t${shell} src.cluster="Kubernetes" ${echo} dst.cluster="Kubernetes" direction="outbound" ${rest} error="http status: 401 Unauthorized"`,
      `${time}\terror\taccess\tconnection complete\t${shell} ${shellIdentity} src.cluster="Kubernetes" ${echo} ${echoIdentity} dst.cluster="Kubernetes" direction="inbound" ${rest} error="connection closed due to policy rejection: explicitly denied by: default/deny-cluster-2"`,
    ]);
  });

  test('records: the last 500, and the metrics of all', () => {
    const metrics = new TrafficMetrics();
    const log = new AccessLog({ clock: virtualClock(), print: () => {}, metrics });
    const record = (atMs: number): AccessRecord => ({
      atMs,
      direction: 'outbound',
      source: { address: '10.0.0.1:1', identity: 'spiffe://cluster.local/ns/default/sa/shell' },
      destination: { address: '10.0.0.2:15008', service: 'echo.default.svc.cluster.local' },
      bytesSent: 2,
      bytesReceived: 3,
      durationMs: 1,
      flag: '-',
    });
    for (let at = 0; at < 600; at++) log.complete(record(at));
    expect([log.recent.length, log.recent[0]?.atMs]).toEqual([500, 100]);
    const samples = metrics
      .text('1.0')
      .split('\n')
      .filter((line) => !line.startsWith('#'));
    const values = samples.map((line) => [line.replace(/\{.*/, ''), line.split(' ').at(-1)]);
    expect(values).toEqual(
      expect.arrayContaining([
        ['istio_tcp_connections_opened_total', '600'],
        ['istio_tcp_received_bytes_total', '1200'],
        ['istio_tcp_sent_bytes_total', '1800'],
      ]),
    );
    expect(samples[1]).toContain('destination_service_name="echo"');
    expect(samples[1]).toContain('connection_security_policy="mutual_tls"');
  });
});
