import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { TerminalInput } from './terminal.ts';

test.each<[name: string, typed: string[], read: string, echoed: string, interrupts: number]>([
  ['return ends a line', ['ls\r'], 'ls\n', 'ls\r\n', 0],
  ['so does a line feed of a pipe', ['ls\nid\n'], 'ls\nid\n', 'ls\r\nid\r\n', 0],
  ['keys arrive one by one', ['l', 's', '\r'], 'ls\n', 'ls\r\n', 0],
  ['backspace erases, not further than the beginning', ['lx\x7f\x7f\x7fps\r'], 'ps\n', 'lx\b \b\b \bps\r\n', 0],
  ['Ctrl-U erases the line', ['rm\x15ls\r'], 'ls\n', 'rm\b \b\b \bls\r\n', 0],
  ['Ctrl-C drops the line and interrupts', ['sleep\x03ls\r'], 'ls\n', 'sleep^C\r\nls\r\n', 1],
  ['Ctrl-D ends the input; nothing counts after it', ['ls\r\x04id\r'], 'ls\n', 'ls\r\n', 0],
  ['Ctrl-D in a line hands it over', ['abc\x04\x04'], 'abc', 'abc', 0],
  ['a character is erased as a whole', ['aé\x7fb\r'], 'ab\n', 'aé\b \bb\r\n', 0],
  ['control characters are shown', ['\x1b[A\x15ls\r'], 'ls\n', '^[[A\b \b\b \b\b \b\b \bls\r\n', 0],
  ['bytes beyond ASCII stay', ['é\r'], 'é\n', 'é\r\n', 0],
])('terminal: %s', async (_, typed, read, echoed, interrupts) => {
  const echo: Buffer[] = [];
  let count = 0;
  const input = new TerminalInput({ echo: (key) => echo.push(key), interrupt: () => count++ });
  const received = text(input);
  for (const keys of typed) input.write(keys);
  input.end();
  expect(await received).toBe(read);
  expect(Buffer.concat(echo).toString()).toBe(echoed);
  expect(count).toBe(interrupts);
});
