import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { allowClosedPipe } from './closed-pipe.ts';

const failing = (code: string) => Object.assign(new Error(code), { code });

test('output: a reader that left is no failure, anything else is', () => {
  const output = new PassThrough();
  allowClosedPipe(output);
  expect(() => output.emit('error', failing('EPIPE'))).not.toThrow();
  expect(() => output.emit('error', failing('ENOSPC'))).toThrow('ENOSPC');
});
