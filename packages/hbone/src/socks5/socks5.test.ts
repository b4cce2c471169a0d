import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { nextText, socketPair } from '../testing/index.ts';
import { acceptSocks5, socksReply } from './index.ts';

const open: Socket[] = [];
afterEach(() => open.splice(0).forEach((socket) => socket.destroy()));

async function pair(): Promise<[Socket, Socket]> {
  const sockets = await socketPair();
  open.push(...sockets);
  return sockets;
}

const greeting = Buffer.from([5, 1, 0]);
const connectTo = (...address: number[]) => Buffer.from([5, 1, 0, ...address, 0x1f, 0x90]);
const name = [...Buffer.from('echo-service.ecs.local')];
const requests: [string, Buffer, { host: string; port: number }][] = [
  ['an IPv4 address', connectTo(1, 240, 240, 0, 2), { host: '240.240.0.2', port: 8080 }],
  ['a name', connectTo(3, name.length, ...name), { host: 'echo-service.ecs.local', port: 8080 }],
  [
    'an IPv6 address',
    connectTo(4, ...Buffer.alloc(15), 1),
    { host: '0000:0000:0000:0000:0000:0000:0000:0001', port: 8080 },
  ],
];

describe('acceptSocks5', () => {
  test.each(requests)('%s: is passed on as it is', async (_, request, expected) => {
    const [client, server] = await pair();
    const accepted = acceptSocks5(server);
    client.write(Buffer.concat([greeting, request]));
    expect(await accepted).toMatchObject(expected);
  });

  test.each(requests)('%s, one byte at a time: the same', async (_, request, expected) => {
    const [client, server] = await pair();
    client.setNoDelay(true);
    const accepted = acceptSocks5(server);
    for (const byte of [...greeting, ...request]) {
      client.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    expect(await accepted).toMatchObject(expected);
  });

  test('bytes sent without waiting: are still there after the reply', async () => {
    const [client, server] = await pair();
    client.write(Buffer.concat([greeting, connectTo(1, 10, 0, 0, 1), Buffer.from('GET /')]));
    const { reply } = await acceptSocks5(server);
    reply(socksReply.succeeded);
    expect(await nextText(server)).toBe('GET /');
    let answered = Buffer.alloc(0);
    while (answered.length < 12) answered = Buffer.concat([answered, ((await once(client, 'data')) as [Buffer])[0]]);
    expect([...answered]).toEqual([5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  });

  test.each([
    ['SOCKS4', Buffer.from([4, 1, 0, 80]), /version 4/, ''],
    ['HTTP', Buffer.from('GET / HTTP/1.1'), /version 71/, ''],
    ['a client that insists on a password', Buffer.from([5, 1, 2]), /authentication/, '05ff'],
    ['BIND', Buffer.from([5, 1, 0, 5, 2, 0, 1, 1, 1, 1, 1, 0, 80]), /command 2/, '050005070001000000000000'],
    ['an unknown address type', Buffer.from([5, 1, 0, 5, 1, 0, 9, 1]), /address type 9/, '050005080001000000000000'],
    ['a client that hangs up', Buffer.from([5, 1]), /hung up/, ''],
  ])('%s: is refused', async (_, bytes, reason, answer) => {
    const [client, server] = await pair();
    const received: Buffer[] = [];
    client.on('data', (chunk: Buffer) => received.push(chunk));
    const ended = once(client, 'close');
    client.end(bytes);
    await expect(acceptSocks5(server)).rejects.toThrow(reason);
    server.destroySoon();
    await ended;
    expect(Buffer.concat(received).toString('hex')).toBe(answer);
  });
});
