import { spawn } from 'node:child_process';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { connectClock, modelClock, shareClock, systemClock } from './index.ts';

const startMs = 1_000_000;
const create = () => modelClock({ startMs });

test('model clock: hours of waiting take no time', async () => {
  using clock = create();
  const began = performance.now();
  await clock.sleep(3_600_000);
  expect(clock.now()).toBe(startMs + 3_600_000);
  expect(performance.now() - began).toBeLessThan(1000);
});

test('model clock: stands still while bytes are on their way', async () => {
  using clock = create();
  const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  using _ = { [Symbol.dispose]: () => void server.close() };
  using _late = clock.after(10, () => {});
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  for (let round = 0; round < 20; round++) {
    const answer = new Promise((resolve) => socket.once('data', resolve));
    socket.write('x');
    await answer;
  }
  expect(clock.now()).toBe(startMs);
  socket.destroy();
});

test('model clock: stands still while a child process works, not while it waits', async () => {
  using clock = create();
  const script = `
    const end = performance.now() + 200;
    while (performance.now() < end);
    process.stdout.write('worked');
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  using _ = { [Symbol.dispose]: () => void child.kill('SIGKILL') };
  const seen: string[] = [];
  child.stdout.once('data', () => seen.push(`worked at ${clock.now() - startMs}`));
  await clock.sleep(5000);
  expect(seen).toEqual(['worked at 0']);
  expect(child.exitCode).toBeNull();
});

test('model clock: a timer disposed while it is awaited does not move time', async () => {
  using clock = create();
  clock.after(50, () => {})[Symbol.dispose]();
  await clock.sleep(10);
  expect(clock.now()).toBe(startMs + 10);
});

test('shared clock: another process waits by it', async () => {
  using clock = create();
  await using shared = await shareClock(clock);
  const other = await connectClock(shared.url);
  await other.sleep(60_000);
  expect(clock.now()).toBe(startMs + 60_000);
  expect(Math.abs(other.now() - clock.now())).toBeLessThan(5000);
  await expect(other.sleep(1e6, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
});

test('shared clock: whoever goes away does not hold time back', async () => {
  await using shared = await shareClock(systemClock);
  const other = await connectClock(shared.url);
  const leaving = new AbortController();
  const sleep = other.sleep(1e6, leaving.signal);
  leaving.abort(new Error('leaves'));
  await expect(sleep).rejects.toThrow('leaves');
});
