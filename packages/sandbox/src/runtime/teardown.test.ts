import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connectLoopback, systemClock } from '@meshbed/core';
import { expect, test } from 'vitest';
import { runCommand } from '../images/command.ts';
import { isAlive } from '../testing/processes.ts';
import { container, image, world } from '../testing/world.ts';

// Alone in its file, hence in its worker: it counts the handles of the process.
const handles = () => process.getActiveResourcesInfo().filter((kind) => /TCP|Process|Pipe/.test(kind)).length;

test('dispose: leaves no process, port, handle or folder', async () => {
  const before = handles();
  const idle = [process.execPath, '-e', 'console.log(process.pid); setInterval(() => {}, 1e6)'];
  const mine = image('mine', (context) => runCommand({ command: idle }, {}, context));
  const at = world({ own: [mine], clock: systemClock });
  const { workload, logs, ip, eniId } = at.start([
    container('mine'),
    container('echo', { env: { PORT: '81' } }),
    container('shell'),
  ]);
  const session = workload.exec('shell', idle, { tty: false });
  const [line] = (await session.stdout.take(1).toArray()) as Buffer[];
  await expect.poll(() => logs.length).toBe(2);
  const pids = [Number(line), ...logs.filter((each) => each.startsWith('mine')).map((each) => Number(each.slice(6)))];
  expect(pids.map(isAlive)).toEqual([true, true]);
  const inside = await workload.connectInside(81);
  const port = inside.remotePort ?? 0;
  const outside = await at.net.fabric.dial({ eniId, ip }, { ip, port: 81 });
  const closed = Promise.all([inside, outside].map((socket) => once(socket.resume(), 'close')));
  await at[Symbol.asyncDispose]();
  await closed;
  expect(pids.map(isAlive)).toEqual([false, false]);
  await expect(connectLoopback(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(existsSync(at.folder)).toBe(false);
  await expect.poll(handles).toBe(before);
});
