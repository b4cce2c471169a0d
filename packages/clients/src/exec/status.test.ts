import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { quoted, withStatus } from './status.ts';

test.each([
  ["printf 'it works'", 'it works', 0],
  ['printf out; exit 7', 'out', 7],
  [`printf '%s' "a'b"`, "a'b", 0],
  ['(exit 56)', '', 56],
])('status: %s', (script, output, exitCode) => {
  const wrapped = withStatus(script.includes('exit 7') ? `(${script})` : script, 'rc=');
  const text = execFileSync('/bin/sh', ['-c', wrapped.command], { encoding: 'utf8' });
  expect(wrapped.parse(text.replaceAll('\n', '\r\n'))).toEqual({ output, exitCode });
});

test('status: a command that was ended before its mark is an error', () => {
  expect(() => withStatus('true', 'rc=').parse('half a line')).toThrow('ended before');
});

test('quoted: survives quotes', () => {
  expect(quoted("it's")).toBe(String.raw`'it'\''s'`);
});
