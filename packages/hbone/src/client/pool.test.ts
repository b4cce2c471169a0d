import { type Clock, virtualClock } from '@meshbed/core';
import type { EventEmitter } from 'node:events';
import type { ServerHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, test } from 'vitest';
import { HboneServer } from '../server/index.ts';
import type { ConnectRequest, Responder } from '../server/request.ts';
import {
  connectToLoopback,
  listenOnLoopback,
  nextText,
  socketPair,
  testAuthority,
  testMaterial,
} from '../testing/index.ts';
import type { TlsMaterial } from '../tls/material.ts';
import { HboneConnection, type Tunnel } from './connection.ts';
import { HbonePool, type TunnelRequest } from './pool.ts';

const root = testAuthority('root');
const foreign = testAuthority('foreign');
const td = 'spiffe://cluster.local/ns/default/sa';
const client = testMaterial(root, { uris: [`${td}/client`] });
const serverName = `${td}/server`;
const serverMaterial = testMaterial(root, { uris: [serverName, `${td}/alias`] });

const stacks: AsyncDisposableStack[] = [];
afterEach(async () => {
  while (stacks.length > 0) await stacks.pop()?.disposeAsync();
});

type OnConnect = (request: ConnectRequest, respond: Responder) => void;
const echo: OnConnect = (_, respond) => {
  const stream = respond.accept({ baggage: 'k8s.namespace.name=default' });
  stream?.pipe(stream);
};

async function world(options: { onConnect?: OnConnect; server?: TlsMaterial; poolClock?: Clock } = {}) {
  const stack = new AsyncDisposableStack();
  stacks.push(stack);
  const clock = virtualClock();
  const hbone = stack.use(
    new HboneServer({ material: () => options.server ?? serverMaterial, clock, onConnect: options.onConnect ?? echo }),
  );
  const listener = stack.use(await listenOnLoopback((socket) => hbone.accept(socket, { ip: '10.0.0.1', port: 1 })));
  let dials = 0;
  const pool = stack.use(
    new HbonePool({
      clock: options.poolClock ?? clock,
      dial() {
        dials++;
        return connectToLoopback(listener.port);
      },
    }),
  );
  const request = (overrides: Partial<TunnelRequest> = {}): TunnelRequest => ({
    material: client,
    address: { ip: '10.0.0.2', port: 15008 },
    expectedIdentities: [serverName],
    authority: { host: '10.0.0.2', port: 8080 },
    headers: {},
    sourceIp: '10.0.0.1',
    ...overrides,
  });
  const open = (overrides?: Partial<TunnelRequest>) => pool.open(request(overrides));
  return { clock, hbone, pool, open, dials: () => dials };
}

async function finish({ stream }: Tunnel): Promise<void> {
  stream.resume();
  stream.end();
  await closed(stream);
}

const closed = (stream: EventEmitter) => new Promise((resolve) => stream.once('close', resolve));

/** `clock` without the timers of pings, whose answers would need real time. */
const withoutPings = (clock: Clock): Clock => ({
  ...clock,
  after: (ms, action) => (ms > 20_000 ? clock.after(ms, action) : { [Symbol.dispose]: () => {} }),
});

describe('HbonePool: tunnels', () => {
  test('a tunnel: carries bytes both ways and knows the peer', async () => {
    const { open } = await world();
    const tunnel = await open();
    tunnel.stream.write('hello');
    expect(await nextText(tunnel.stream)).toBe('hello');
    expect(tunnel.peerIdentity.serviceAccount).toBe('server');
    expect(tunnel.responseHeaders['baggage']).toBe('k8s.namespace.name=default');
  });

  test('a second name of the peer: satisfies the expectation as well', async () => {
    const { open } = await world();
    await expect(open({ expectedIdentities: [`${td}/other`, `${td}/alias`] })).resolves.toBeDefined();
  });

  test.each([
    ['401', 401, { code: 'REFUSED_BY_POLICY', status: 401, message: 'http status: 401 Unauthorized' }],
    ['503', 503, { code: 'UNAVAILABLE', status: 503, message: 'http status: 503 Service Unavailable' }],
    ['400', 400, { code: 'BAD_REQUEST', status: 400, message: 'http status: 400 Bad Request' }],
  ] as const)('an answer of %s: is an error of its own', async (_, status, error) => {
    const { open, pool } = await world({ onConnect: (__, respond) => respond.refuse(status) });
    await expect(open()).rejects.toMatchObject(error);
    expect(pool.size).toBe(1);
  });

  test.each([
    ['another identity', {}, { expectedIdentities: [`${td}/impostor`] }, 'IDENTITY_MISMATCH'],
    ['a prefix of the identity', {}, { expectedIdentities: [`${td}/serve`] }, 'IDENTITY_MISMATCH'],
    ['no expectation at all', {}, { expectedIdentities: [] }, 'IDENTITY_MISMATCH'],
    ['a server of another authority', { server: testMaterial(foreign, { uris: [serverName] }) }, {}, 'TLS'],
    [
      'a client of another authority',
      {},
      { material: testMaterial(foreign, { uris: [`${td}/client`], rootsPem: root.rootPem }) },
      'TLS',
    ],
    ['a client without identity', {}, { material: testMaterial(root, { uris: [] }) }, 'TLS'],
    [
      'a client of another trust domain',
      {},
      { material: testMaterial(root, { uris: ['spiffe://other/ns/default/sa/client'] }) },
      'TLS',
    ],
  ])('%s: no tunnel', async (_, options, overrides, code) => {
    const { open } = await world(options);
    await expect(open(overrides)).rejects.toMatchObject({ name: 'HboneError', code });
  });

  test('a failed dial: DIAL with the cause', async () => {
    const pool = new HbonePool({ clock: virtualClock(), dial: () => Promise.reject(new Error('refused')) });
    await expect(
      pool.open({
        material: client,
        address: { ip: '10.0.0.2', port: 15008 },
        expectedIdentities: [serverName],
        authority: { host: '10.0.0.2', port: 80 },
        headers: {},
        sourceIp: '10.0.0.1',
      }),
    ).rejects.toMatchObject({ code: 'DIAL', message: 'refused' });
  });

  test('a tunnel inside a tunnel: the inner peer is verified by itself', async () => {
    const clock = virtualClock();
    const inner = new HboneServer({ material: () => serverMaterial, clock, onConnect: echo });
    const gateway = testMaterial(root, { uris: [`${td}/gateway`] });
    const { open } = await world({
      server: gateway,
      async onConnect(_, respond) {
        const [near, far] = await socketPair();
        inner.accept(far, { ip: '10.0.0.3', port: 3 });
        const stream = respond.accept();
        stream?.pipe(near).pipe(stream);
      },
    });
    const outer = await open({ expectedIdentities: [`${td}/gateway`] });
    const connection = await HboneConnection.open({
      socket: outer.stream,
      material: client,
      expectedIdentities: [serverName],
      clock,
    });
    connection.reserve();
    const { stream, peerIdentity } = await connection.request('echo.default.svc:8080', {});
    stream.write('through two');
    expect(await nextText(stream)).toBe('through two');
    expect(peerIdentity.serviceAccount).toBe('server');
    connection.destroy();
    inner[Symbol.dispose]();
  });
});

describe('HbonePool: sharing', () => {
  test('concurrent first tunnels: one dial', async () => {
    const { open, dials } = await world();
    await Promise.all(Array.from({ length: 99 }, () => open()));
    expect(dials()).toBe(1);
  });

  test('the 101st stream: opens a second connection, the first is never used again', async () => {
    const { open, dials, pool } = await world();
    const tunnels = await Promise.all(Array.from({ length: 101 }, () => open()));
    expect(dials()).toBe(2);
    await Promise.all(tunnels.slice(0, 100).map(finish));
    await open();
    expect(dials()).toBe(2);
    await expect.poll(() => pool.size).toBe(1);
  });

  const other = testMaterial(root, { uris: [`${td}/other`] });
  test.each([
    ['another source address', { sourceIp: '10.0.0.7' }],
    ['another list of expected identities', { expectedIdentities: [serverName, `${td}/alias`] }],
    ['another destination', { address: { ip: '10.0.0.3', port: 15008 } }],
    ['another source identity', { material: other }],
    ['a rotated certificate', { material: { ...client, generation: 2 } }],
  ])('%s: another connection', async (_, overrides) => {
    const { open, dials } = await world();
    await open();
    await open(overrides);
    expect(dials()).toBe(2);
  });

  test('rotation: the old tunnel goes on, and its connection closes after it', async () => {
    const { open, pool } = await world();
    const old = await open();
    await open({ material: { ...client, generation: 2 } });
    old.stream.write('still here');
    expect(await nextText(old.stream)).toBe('still here');
    expect(pool.size).toBe(2);
    await finish(old);
    await expect.poll(() => pool.size).toBe(1);
  });

  test('GOAWAY: open tunnels go on, the next one takes a new connection', async () => {
    const { open, hbone, dials } = await world();
    const old = await open();
    hbone.drain();
    old.stream.write('still here');
    expect(await nextText(old.stream)).toBe('still here');
    await open();
    expect(dials()).toBe(2);
  });

  test('a connection that dies: the next tunnel takes another', async () => {
    const { open, hbone, dials } = await world();
    const old = await open();
    hbone[Symbol.dispose]();
    await closed(old.stream);
    await open();
    expect(dials()).toBe(2);
  });

  test('many resets: the connection is replaced before the peer ends it', async () => {
    const { open, dials } = await world();
    const survivor = await open();
    for (let count = 0; count < 1100; count++) {
      const { stream } = await open();
      stream.close(8);
      await closed(stream);
    }
    survivor.stream.write('alive');
    expect(await nextText(survivor.stream)).toBe('alive');
    expect(dials()).toBe(2);
  });

  test('five idle minutes: the connection is released', async () => {
    const clock = virtualClock();
    const { open, pool, dials } = await world({ poolClock: withoutPings(clock) });
    await finish(await open());
    await clock.advance(299_000);
    await finish(await open());
    expect(dials()).toBe(1);
    await clock.advance(299_000);
    expect(pool.size).toBe(1);
    await clock.advance(2000);
    await expect.poll(() => pool.size).toBe(0);
  });
});

describe('keep-alive', () => {
  test('a peer that answers pings: stays', async () => {
    const { open, clock } = await world();
    const { stream } = await open();
    for (let round = 0; round < 5; round++) {
      await clock.advance(10_000);
      stream.write('x');
      await nextText(stream);
    }
    expect(stream.destroyed).toBe(false);
  });

  test('a silent peer: loses the connection 20 s after the ping', async () => {
    let stalled: ServerHttp2Stream | undefined;
    const { open, clock } = await world({
      onConnect(_, respond) {
        stalled = respond.accept();
      },
    });
    const { stream } = await open();
    silence(stalled?.session?.socket);
    const gone = closed(stream);
    await clock.advance(31_000);
    await gone;
    expect(stream.destroyed).toBe(true);
  });
});

/** As if the peer's host had vanished: nothing it sends leaves any more. */
function silence(socket: Duplex | undefined): void {
  if (!socket) throw new Error('no socket');
  Object.defineProperty(socket, 'write', { value: () => true });
}
