import { spawnSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { tarGzip } from './tar.ts';

const long = `run/${'folder-of-a-task/'.repeat(8)}ztunnel.log`;
const files = [
  { path: 'run/DIAGNOSIS.md', text: 'cause: ü\n' },
  { path: long, text: 'x'.repeat(512) },
  { path: 'run/empty', text: '' },
];

test('tar: other programs list and read it, in the order that was given', () => {
  const input = tarGzip(files, Date.UTC(2026, 0, 1));
  const run = (...args: string[]) =>
    spawnSync('tar', [...args, '-f', '-'], { input: gunzipSync(input), encoding: 'utf8' });
  expect(run('-t').stdout.trim().split('\n')).toEqual(files.map(({ path }) => path));
  expect(run('-x', '-O').stdout).toBe(files.map(({ text }) => text).join(''));
});

test('tar: a path that does not fit is an error, not another path', () => {
  expect(() => tarGzip([{ path: 'x'.repeat(101), text: '' }], 0)).toThrow('too long');
});
