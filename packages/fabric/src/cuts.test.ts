import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { network, type Network } from './testing/network.ts';

let net: Network;
beforeEach(() => (net = network()));
afterEach(() => net.fabric[Symbol.asyncDispose]());

async function pair() {
  const [from, to] = [net.at('subnet-public'), net.at('subnet-public')].map((eni) => ({
    eniId: eni.id,
    ip: eni.ips[0]!,
  }));
  await net.fabric.listen({ ...to!, port: 80 }, (socket) => void socket.pipe(socket));
  return { from: from!, to: { ip: to!.ip, port: 80 } };
}

async function echoes(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  return String((await once(socket, 'data'))[0]);
}

test('cut: packets vanish, also those of connections under way, until it ends', async () => {
  const { from, to } = await pair();
  const socket = await net.fabric.dial(from, to);
  const kind = () => net.fabric.explain(from, to).kind;
  const table = net.fabric.explain(from, to).hops.find(({ what }) => what === 'route-table')!.object;
  const others = net.fabric.cut('elsewhere', { to: '203.0.113.0/24' });
  expect([kind(), await echoes(socket, 'a')]).toEqual(['connected', 'a']);
  const cut = net.fabric.cut('fault-1', { from: `${from.ip}/32`, through: table });
  expect(net.fabric.explain(from, to)).toMatchObject({ kind: 'dropped', by: { object: 'fault-1', what: 'fault' } });
  socket.write('b');
  await new Promise((resolve) => setImmediate(resolve));
  expect(socket.readableLength).toBe(0);
  const heard = once(socket, 'data');
  cut[Symbol.dispose]();
  expect([kind(), String(await heard)]).toEqual(['connected', 'b']);
  others[Symbol.dispose]();
});

test('connections: counted by caller, target and verdict, with what decided', async () => {
  const { from, to } = await pair();
  for (const port of [80, 80, 81])
    await net.fabric.dial(from, { ...to, port }).then(
      (socket) => socket.destroy(),
      () => {},
    );
  expect(net.fabric.connections.list()).toMatchObject([
    { from: from.ip, to: `${to.ip}:80`, verdict: 'connected', count: 2 },
    { from: from.ip, to: `${to.ip}:81`, verdict: 'refused', count: 1, reason: expect.any(String) as string },
  ]);
});
