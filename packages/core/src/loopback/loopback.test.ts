import { once } from 'node:events';
import { expect, test } from 'vitest';
import { ending } from '../testing/index.ts';
import { connectLoopback, listenOnLoopback, socketPair } from './index.ts';

test('listener: takes connections until disposed, which ends them and frees the port', async () => {
  const listener = await listenOnLoopback((socket) => void socket.write('hello'));
  const socket = await connectLoopback(listener.port);
  await once(socket, 'data');
  const closed = once(socket, 'close');
  await listener[Symbol.asyncDispose]();
  await closed;
  await expect(connectLoopback(listener.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('connect: the signal’s reason, before and while it connects', async () => {
  await using listener = await listenOnLoopback(() => {});
  const reason = new Error('no longer wanted');
  await expect(connectLoopback(listener.port, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const late = new AbortController();
  const connecting = connectLoopback(listener.port, { signal: late.signal });
  late.abort(reason);
  await expect(connecting).rejects.toBe(reason);
});

test('pair: two ends of one connection, each pair its own, half-closed one by one', async () => {
  const pairs = await Promise.all(Array.from({ length: 20 }, () => socketPair()));
  const heard = await Promise.all(
    pairs.map(async ([near, far], index) => {
      near.end(`near ${index}`);
      const first = await ending(far);
      far.end(`far ${index}`);
      return [first, await ending(near)].map(({ how, text }) => `${how}: ${text}`);
    }),
  );
  expect(heard).toEqual(pairs.map((_, index) => [`end: near ${index}`, `end: far ${index}`]));
});
