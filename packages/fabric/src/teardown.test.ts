import { once } from 'node:events';
import { expect, test } from 'vitest';
import { network } from './testing/network.ts';

// Alone in its file, hence in its worker: it counts the handles of the process.
const handles = () => process.getActiveResourcesInfo().filter((kind) => /TCP/.test(kind)).length;

test('dispose: leaves no handle, timer or pending dial', async () => {
  const before = handles();
  const net = network();
  const [caller, callee] = [net.at('subnet-public'), net.at('subnet-private')];
  const from = { eniId: caller.id, ip: caller.ips[0]! };
  const to = { ip: callee.ips[0]!, port: 80 };
  await net.fabric.listen({ eniId: callee.id, ...to }, (socket) => void socket.resume());
  const socket = await net.fabric.dial(from, to);
  net.group('sg-open', 'vpc-local');
  const silent = net.fabric.dial(from, to);
  expect(handles()).toBeGreaterThan(before);
  const closed = once(socket, 'close');
  const ended = silent.catch((error: unknown) => String(error));
  await net.fabric[Symbol.asyncDispose]();
  await closed;
  expect(await ended).toContain('the fabric is closed');
  expect(net.clock.pending).toBe(0);
  expect(handles()).toBe(before);
  await expect(net.fabric.dial(from, to)).rejects.toThrow('the fabric is closed');
});
