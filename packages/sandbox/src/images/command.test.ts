import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { connectLoopback, type ContainerSpec, systemClock } from '@meshbed/core';
import { afterEach, describe, expect, test } from 'vitest';
import { isAlive } from '../testing/processes.ts';
import { container, image, type Started, type World, world } from '../testing/world.ts';
import { type CommandImage, runCommand } from './command.ts';

let at: World;
afterEach(() => at[Symbol.asyncDispose]());

const path = { PATH: process.env['PATH'] ?? '' };
const node = (script: string): CommandImage => ({ command: [process.execPath, '-e', script] });

function start(mapped: CommandImage, changes: Partial<ContainerSpec> = {}): Started {
  at = world({ own: [image('mine', (context) => runCommand(mapped, path, context))], clock: systemClock });
  return at.start([container('mine', changes)], { hostname: 'my-host' });
}

const server = `require('node:net').createServer((s) => s.end('I am ' + process.env.NAME)).listen(process.env.PORT, '127.0.0.1', () => console.log(process.pid, process.env.PORT))`;

async function dialFrom(started: Started, port = 8080) {
  const { id, ips } = at.net.at('subnet-private');
  return at.net.fabric.dial({ eniId: id, ip: ips[0]! }, { ip: started.ip, port });
}

/** Pid and port that the server wrote when it was ready. */
async function ready({ logs }: Started): Promise<[pid: number, port: number]> {
  await expect.poll(() => logs.length).toBeGreaterThan(0);
  return logs[0]!.replace('mine: ', '').split(' ').map(Number) as [number, number];
}

describe('an image mapped to a command', () => {
  test('listens where PORT says, is reached at the workload’s port, and leaves nothing behind', async () => {
    const started = start(node(server), { env: { NAME: 'mine', PORT: '8080' } });
    const [pid, port] = await ready(started);
    expect(port).not.toBe(8080);
    await expect.poll(() => dialFrom(started).then(text, () => '')).toBe('I am mine');
    const open = await dialFrom(started);
    open.resume();
    await started.workload.stop(5000);
    if (!open.closed) await once(open, 'close');
    expect(isAlive(pid)).toBe(false);
    expect(started.state('mine')).toMatchObject({ phase: 'exited', exitCode: 143 });
    await expect(dialFrom(started)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(connectLoopback(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('before it listens: its port refuses', async () => {
    const started = start(node('process.stdin.resume(); setInterval(() => {}, 1e6)'));
    await expect(dialFrom(started)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('ports of its own: each leads to the one its variable names', async () => {
    const script = `for (const name of ['WEB', 'ADMIN']) require('node:net').createServer((s) => s.end(name)).listen(process.env[name + '_PORT'], '127.0.0.1')`;
    const started = start({ ...node(script), ports: { 80: 'WEB_PORT', 9000: 'ADMIN_PORT' } });
    await expect.poll(() => dialFrom(started, 80).then(text, () => '')).toBe('WEB');
    await expect.poll(() => dialFrom(started, 9000).then(text, () => '')).toBe('ADMIN');
  });

  test('output of both kinds is its log, arguments and variables arrive, the exit code counts', async () => {
    const script = 'console.log(process.argv.slice(1), process.env.HOSTNAME); console.error("bad"); process.exit(4)';
    const started = start(node(script), { entryPoint: ['run'], command: ['me'] });
    await started.when('mine exited 4');
    expect(started.logs.toSorted()).toEqual(["mine: [ 'run', 'me' ] my-host", 'mine: bad']);
  });

  test('a command that does not exist: exits with 127 and says so', async () => {
    const started = start({ command: ['no-such-command'] });
    await started.when('mine exited 127');
    expect(started.logs).toEqual(['mine: no-such-command: not found']);
  });

  test('deaf to SIGTERM: killed when the grace period is over', async () => {
    const started = start(node(`process.on('SIGTERM', () => console.log('no')); ${server}`));
    const [pid] = await ready(started);
    await started.workload.stop(50);
    expect(started.state('mine')).toMatchObject({ phase: 'exited', exitCode: 137 });
    expect(started.logs).toContain('mine: no');
    expect(isAlive(pid)).toBe(false);
  });

  test.skipIf(spawnSync('curl', ['--version']).status !== 0)(
    'its own connections enter the network (needs curl)',
    async () => {
      const started = start({
        command: ['curl', '-sS', '--retry', '20', '--retry-all-errors', 'http://echo.vpc:8080/'],
      });
      const { ip } = at.start([container('echo')], { hostname: 'echo-host' });
      at.net.fabric.names.set('echo.vpc', () => [ip]);
      await started.when('mine exited 0');
      expect(started.logs.join()).toContain('"hostname":"echo-host"');
    },
  );
});

test('the sandbox is killed: commands of images and of exec end, with all that they started', async () => {
  at = world();
  const script = fileURLToPath(new URL('../testing/killed-sandbox.ts', import.meta.url));
  const env = { ...process.env, TMPDIR: at.folder }; // it can't remove its own folder any more
  const sandbox = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const pids: number[] = [];
  for await (const line of createInterface({ input: sandbox.stdout })) if (pids.push(Number(line)) === 3) break;
  expect(pids.map(isAlive)).toEqual([true, true, true]);
  sandbox.kill('SIGKILL');
  await expect.poll(() => pids.map(isAlive)).toEqual([false, false, false]);
});
