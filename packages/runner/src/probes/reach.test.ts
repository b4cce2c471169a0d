import { virtualClock } from '@meshbed/core';
import { expect, test } from 'vitest';
import type { RunContext } from '../run/context.ts';
import type { Outcome } from './outcome.ts';
import { reach } from './reach.ts';
import type { Caller, Destination } from './workload.ts';

const [source, target] = ['spiffe://cluster.local/ns/a/sa/shell', 'spiffe://cluster.local/ns/b/sa/echo'];
const line = (from: string, time = '01', more = '') =>
  `2026-01-01T00:00:${time}Z\tinfo\taccess\tconnection complete\tsrc.identity="${from}" dst.identity="${target}" direction="inbound"${more}`;
const answer = (hostname: string): Outcome => ({
  kind: 'answered',
  status: 200,
  body: JSON.stringify({ host: { hostname } }),
});

interface World {
  outcome: Outcome;
  /** What the ztunnel of the destination writes about the request. */
  writes?: string[];
}

/** A destination that already has an older connection in its log. */
async function attempt({ outcome, writes = [line(source)] }: World) {
  const clock = virtualClock();
  const run = { clock, signal: new AbortController().signal, target: { patience: 0.1 } } as unknown as RunContext;
  const log = [line(source, '00')];
  const caller: Caller = {
    name: 'the shell',
    identity: source,
    path: 'ecs/a/shell',
    async request() {
      log.push(...writes);
      return outcome;
    },
  };
  const destination: Destination = {
    host: 'echo.local',
    port: 8080,
    identity: target,
    address: async () => '240.240.0.2',
    async watch() {
      const { length } = log;
      return {
        workloads: [{ name: 'task 1', hostnames: ['ip-192-168-0-9'], ip: '192.168.0.9' }],
        added: async () => log.slice(length),
      };
    },
  };
  const reached = reach(run, caller, destination);
  reached.catch(() => {});
  await clock.advance(10_000);
  return reached;
}

test('reach: the evidence of an answer of the right workload', async () => {
  expect(await attempt({ outcome: answer('ip-192-168-0-9.us-east-2.compute.internal') })).toEqual({
    caller: 'the shell',
    host: 'echo.local',
    address: '240.240.0.2',
    connection: 'answered with status 200',
    answeredBy: 'task 1 (ip-192-168-0-9.us-east-2.compute.internal)',
    sourceIdentity: source,
    destinationIdentity: target,
  });
});

test('reach: another caller at the same time is not taken for this one', async () => {
  const writes = [line('spiffe://x/ns/y/sa/z'), line(source)];
  expect(await attempt({ outcome: answer('ip-192-168-0-9'), writes })).toMatchObject({ sourceIdentity: source });
});

test.each<[string, World, object]>([
  [
    'another workload',
    { outcome: answer('other') },
    { code: 'cloud/probe-wrong-workload', message: 'other answered for echo.local with status 200' },
  ],
  [
    'an answer that no ztunnel saw',
    { outcome: answer('ip-192-168-0-9'), writes: [] },
    { code: 'cloud/timeout', likely: expect.stringContaining('recorded no connection') },
  ],
  [
    'an answer to somebody else',
    { outcome: answer('ip-192-168-0-9'), writes: [line('spiffe://x/ns/y/sa/z')] },
    { code: 'cloud/probe-identity' },
  ],
  [
    'a timeout',
    { outcome: { kind: 'timeout', detail: 'curl: (28)' } },
    { code: 'cloud/probe-timeout', likely: expect.stringContaining('packets are dropped'), object: expect.any(String) },
  ],
  [
    'an unknown name',
    { outcome: { kind: 'unknown-host', detail: 'curl: (97) (4)' } },
    { code: 'cloud/probe-unknown-host', message: 'nobody knows the name echo.local (curl: (97) (4))' },
  ],
  [
    'a reset',
    { outcome: { kind: 'reset', detail: 'curl: (56)' } },
    { code: 'cloud/probe-reset', likely: 'a policy refused the caller, or the workload ended' },
  ],
  [
    'no proxy',
    { outcome: { kind: 'proxy-down', detail: 'curl: (7)' } },
    { code: 'cloud/probe-proxy-down', likely: expect.stringContaining('not enrolled') },
  ],
])('reach: %s', async (_name, world, failure) => {
  await expect(attempt(world)).rejects.toMatchObject(failure);
});
