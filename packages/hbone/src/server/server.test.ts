import { systemClock } from '@meshbed/core';
import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { formatIdentity } from '../identity/index.ts';
import { listenOnLoopback, testAuthority, testMaterial } from '../testing/index.ts';
import type { TlsMaterial } from '../tls/material.ts';
import { HboneServer } from './index.ts';
import type { ConnectRequest } from './request.ts';

const root = testAuthority('root');
const foreign = testAuthority('foreign');
const td = 'spiffe://cluster.local/ns/default/sa';
const server = testMaterial(testAuthority('intermediate', root), { uris: [`${td}/server`] });
const client = testMaterial(root, { uris: [`${td}/client`] });

const disposables: AsyncDisposableStack[] = [];
afterEach(async () => {
  while (disposables.length > 0) await disposables.pop()?.disposeAsync();
});

async function world(material: () => TlsMaterial = () => server) {
  const stack = new AsyncDisposableStack();
  disposables.push(stack);
  const requests: ConnectRequest[] = [];
  const rejected: string[] = [];
  const hbone = stack.use(
    new HboneServer({
      material,
      clock: systemClock,
      onConnect(request, respond) {
        requests.push(request);
        respond.accept()?.end();
      },
      onRejected: (_, reason) => rejected.push(reason),
    }),
  );
  const listener = stack.use(await listenOnLoopback((socket) => hbone.accept(socket, { ip: '10.0.0.9', port: 4242 })));
  return { port: listener.port, requests, rejected };
}

const tlsOf = (material: TlsMaterial | undefined): ConnectionOptions => ({
  ALPNProtocols: ['h2'],
  rejectUnauthorized: false,
  ...(material && { cert: material.certChainPem, key: material.privateKeyPem }),
});

function session(port: number, options: ConnectionOptions): ClientHttp2Session {
  const opened = connectHttp2('https://x', {
    createConnection: () => connectTls({ host: '127.0.0.1', port, ...options }),
  });
  opened.on('error', () => {});
  return opened;
}

/** The status of the answer to a request, or `nothing` when the connection ends without one. */
async function statusOf(opened: ClientHttp2Session, headers: Record<string, string>): Promise<number | 'nothing'> {
  const answer = Promise.withResolvers<number | 'nothing'>();
  opened.once('close', () => answer.resolve('nothing'));
  try {
    const stream = opened.request(headers);
    stream.on('error', () => {});
    stream.once('response', (response) => answer.resolve(Number(response[':status'])));
    stream.once('close', () => answer.resolve('nothing'));
    stream.resume();
    stream.end();
  } catch {
    answer.resolve('nothing');
  }
  const status = await answer.promise;
  opened.destroy();
  return status;
}

const toApp = { ':method': 'CONNECT', ':authority': '10.0.0.2:8080' };

describe('HboneServer: who gets in', () => {
  test('a client of the mesh: is who its certificate says, from where the network says', async () => {
    const { port, requests } = await world();
    expect(await statusOf(session(port, tlsOf(client)), toApp)).toBe(200);
    expect(requests).toMatchObject([
      { authority: { host: '10.0.0.2', port: 8080 }, peer: { ip: '10.0.0.9', port: 4242 } },
    ]);
    expect(requests.map(({ peerIdentity }) => formatIdentity(peerIdentity))).toEqual([`${td}/client`]);
  });

  const refused: [string, ConnectionOptions, RegExp][] = [
    ['no certificate', tlsOf(undefined), /none was presented/],
    ['a certificate of another authority', tlsOf(testMaterial(foreign, { uris: [`${td}/client`] })), /UNABLE_TO/],
    [
      'an expired certificate',
      tlsOf(testMaterial(root, { uris: [`${td}/client`], ttlMs: -60_000 })),
      /CERT_HAS_EXPIRED/,
    ],
    [
      'a certificate without identity',
      tlsOf(testMaterial(root, { uris: ['https://example.com/'] })),
      /no SPIFFE identity/,
    ],
    [
      'another trust domain',
      tlsOf(testMaterial(root, { uris: ['spiffe://evil.example/ns/default/sa/client'] })),
      /did not present the expected trustdomain \(cluster\.local\), got spiffe:\/\/evil\.example/,
    ],
    ['HTTP/1.1', { ...tlsOf(client), ALPNProtocols: ['http/1.1'] }, /alpn|application protocol/i],
    ['TLS 1.2', { ...tlsOf(client), maxVersion: 'TLSv1.2' }, /unsupported protocol/],
    ['ChaCha20 only', { ...tlsOf(client), ciphers: 'TLS_CHACHA20_POLY1305_SHA256' }, /cipher/i],
  ];
  test.each(refused)('a client with %s: gets nowhere, and the reason is known', async (_, options, reason) => {
    const { port, requests, rejected } = await world();
    expect(await statusOf(session(port, options), toApp)).toBe('nothing');
    expect(requests).toEqual([]);
    expect(rejected.join()).toMatch(reason);
  });

  test('a client without ALPN: gets nowhere', async () => {
    const { port, requests, rejected } = await world();
    const { ALPNProtocols: _, ...options } = tlsOf(client);
    const socket = connectTls({ host: '127.0.0.1', port, ...options });
    socket.on('error', () => {});
    await once(socket, 'close');
    expect({ requests, rejected }).toEqual({ requests: [], rejected: ['the client does not offer h2'] });
  });

  test('headers: a forged forwarded, baggage or x-forwarded-for changes neither identity nor address', async () => {
    const { port, requests } = await world();
    const forged = {
      forwarded: 'for="10.9.9.9:1";by="spiffe://cluster.local/ns/admin/sa/root"',
      baggage: 'k8s.namespace.name=admin',
      'x-forwarded-for': '10.9.9.9',
      'x-forwarded-client-cert': 'URI=spiffe://cluster.local/ns/admin/sa/root',
    };
    expect(await statusOf(session(port, tlsOf(client)), { ...toApp, ...forged })).toBe(200);
    expect(requests[0]).toMatchObject({
      peer: { ip: '10.0.0.9' },
      peerIdentity: { namespace: 'default', serviceAccount: 'client' },
    });
  });

  test('two names in one certificate: the first is the identity', async () => {
    const { port, requests } = await world();
    const two = testMaterial(root, { uris: [`${td}/first`, `${td}/second`] });
    expect(await statusOf(session(port, tlsOf(two)), toApp)).toBe(200);
    expect(requests[0]?.peerIdentity.serviceAccount).toBe('first');
  });

  test('rotation: the next connection sees the new certificate', async () => {
    const rotated = testMaterial(root, { uris: [`${td}/renamed`], generation: 2 });
    let current = server;
    const { port } = await world(() => current);
    const presented = async () => {
      const socket = connectTls({ host: '127.0.0.1', port, ...tlsOf(client) });
      await once(socket, 'secureConnect');
      const name = socket.getPeerX509Certificate()?.subjectAltName;
      socket.destroy();
      return name;
    };
    expect(await presented()).toBe(`URI:${td}/server`);
    current = rotated;
    expect(await presented()).toBe(`URI:${td}/renamed`);
  });
});

describe('HboneServer: requests', () => {
  test.each([
    ['GET', { ':method': 'GET', ':path': '/', ':authority': 'x', ':scheme': 'https' }, 400],
    ['CONNECT without a port', { ':method': 'CONNECT', ':authority': '10.0.0.2' }, 400],
    ['CONNECT to port 0', { ':method': 'CONNECT', ':authority': '10.0.0.2:0' }, 400],
    ['CONNECT to a bare IPv6 address', { ':method': 'CONNECT', ':authority': 'fd00::2:8080' }, 400],
    ['CONNECT to a bracketed IPv6 address', { ':method': 'CONNECT', ':authority': '[fd00::2]:8080' }, 200],
    ['CONNECT to a name', { ':method': 'CONNECT', ':authority': 'echo.default:8080' }, 200],
  ])('request: %s', async (_, headers, status) => {
    const { port } = await world();
    expect(await statusOf(session(port, tlsOf(client)), headers)).toBe(status);
  });

  test('settings: as ztunnel announces them', async () => {
    const { port } = await world();
    const opened = session(port, tlsOf(client));
    await once(opened, 'remoteSettings');
    expect(opened.remoteSettings).toMatchObject({
      initialWindowSize: 4 << 20,
      maxFrameSize: 1 << 20,
      maxConcurrentStreams: 200,
    });
    opened.destroy();
  });
});
