import { expect, test } from 'vitest';
import { Children } from './child.ts';
import { Keeper } from './keeper.ts';
import { asInteractive } from './shells.ts';

test.each([
  [['/bin/sh'], ['/bin/sh', '-i']],
  [
    ['bash', '-l'],
    ['bash', '-l', '-i'],
  ],
  [
    ['sh', '-i'],
    ['sh', '-i'],
  ],
  [
    ['sh', '-c', 'ls'],
    ['sh', '-c', 'ls'],
  ],
  [['top'], ['top']],
])('shell without a terminal: %j is started as %j', (command, started) => {
  expect(asInteractive(command)).toEqual(started);
});

test('without pseudo-terminals: a shell prompts, outlives Ctrl-C and ends with Ctrl-D', async () => {
  await using keeper = new Keeper();
  const session = new Children(keeper).start(['/bin/sh'], { env: { PATH: process.env['PATH'] ?? '' }, tty: true });
  let seen = '';
  session.stdout.on('data', (data) => (seen += String(data)));
  await expect.poll(() => seen).toMatch(/[#$] $/);
  session.stdin.write('echo begun; sleep 1000\r');
  await expect.poll(() => seen).toContain('\r\nbegun\r\n');
  session.stdin.write('\x03');
  await expect.poll(() => seen).toMatch(/\^C[^]*[#$] $/);
  session.stdin.write('(exit 4)\r\x04');
  expect(await session.exited).toBe(4);
});
