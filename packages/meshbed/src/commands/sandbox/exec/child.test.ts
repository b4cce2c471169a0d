import { expect, test } from 'vitest';
import { runChild } from './child.ts';

test.each([
  ['that ends', ['sh', '-c', 'exit 3'], 3],
  ['that ends by a signal', ['sh', '-c', 'kill -TERM $$'], 143],
  ['that is missing', ['no-such-command-of-anybody'], 127],
  ['that is no program', ['/'], 126],
])('a command %s: the exit code is what a shell would say', async (_, command, code) => {
  expect(await runChild(command, { PATH: process.env['PATH'] ?? '' })).toBe(code);
});
