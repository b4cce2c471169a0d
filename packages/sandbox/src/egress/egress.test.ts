import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect as connectTls } from 'node:tls';
import type { Socket } from 'node:net';
import { createServer, request } from '@meshbed/core/http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Egress, startEgress } from './index.ts';

let egress: Egress;
const refused: string[] = [];
const local = createServer((asked, response) => response.end(`here is ${asked.url}`));
beforeAll(async () => {
  const documents = [
    { host: 'known.example', path: /^\/known\.yaml$/, read: (address: string) => `copy of ${address}` },
  ];
  egress = await startEgress({ refused: (place) => refused.push(place), documents, nowMs: Date.now() });
  local.listen(0, '127.0.0.1');
  await once(local, 'listening');
});
afterAll(async () => {
  await egress[Symbol.asyncDispose]();
  local.closeAllConnections();
  await new Promise((resolve) => local.close(resolve));
});

const proxy = () => ({ host: '127.0.0.1', port: new URL(egress.proxies['HTTPS_PROXY'] ?? '').port });
const localPort = () => (local.address() as AddressInfo).port;

/** As clients do it for plain HTTP. */
async function get(url: string): Promise<[number, string]> {
  const [response] = (await once(request({ ...proxy(), path: url }).end(), 'response')) as [IncomingMessage];
  return [response.statusCode ?? 0, await text(response)];
}

/** As clients do it for everything else. */
async function tunnel(place: string): Promise<{ status: number; socket: Socket }> {
  const [response, socket] = (await once(request({ ...proxy(), method: 'CONNECT', path: place }).end(), 'connect')) as [
    IncomingMessage,
    Socket,
  ];
  return { status: response.statusCode ?? 0, socket };
}

test.each(['example.com:443', '10.0.0.1:22', '[2001:db8::1]:443', 'localhost.example.com:443', '127.0.0.1.nip.io:80'])(
  'CONNECT %s: refused, and told once',
  async (place) => {
    for (const _ of [1, 2]) {
      const { status, socket } = await tunnel(place);
      socket.destroy();
      expect(status).toBe(403);
    }
    expect(refused.filter((each) => each === place)).toHaveLength(1);
  },
);

test('plain HTTP: refused with words; this machine is reached', async () => {
  const [status, body] = await get('http://169.254.169.254/latest');
  expect([status, body]).toEqual([403, expect.stringContaining('refused a connection to 169.254.169.254:80')]);
  expect(await get(`http://127.0.0.1:${localPort()}/x`)).toEqual([200, 'here is /x']);
});

test('CONNECT to this machine: a tunnel', async () => {
  const { status, socket } = await tunnel(`127.0.0.1:${localPort()}`);
  socket.write('GET /y HTTP/1.0\r\n\r\n');
  expect([status, await text(socket)]).toEqual([200, expect.stringMatching(/here is \/y$/)]);
});

test.each([
  ['/known.yaml', /^HTTP\/1\.1 200 [^]*copy of known\.example\/known\.yaml/],
  ['/other.yaml', /^HTTP\/1\.1 403 [^]*has no copy of https:\/\/known\.example\/other\.yaml/],
])('a known host: answers %s in TLS that the bundle trusts', async (path, expected) => {
  const { socket } = await tunnel('known.example:443');
  const secure = connectTls({ socket, servername: 'known.example', ca: egress.caPem });
  await once(secure, 'secureConnect');
  secure.write(`GET ${path} HTTP/1.1\r\nhost: known.example\r\nconnection: close\r\n\r\n`);
  expect(await text(secure)).toMatch(expected);
});
