import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { virtualClock } from '@meshbed/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockEnvironment, type LockOwner } from './index.ts';

const minute = 60_000;
const clock = virtualClock(10 * minute);
let workDir: string;
const file = () => join(workDir, 'demo.lock');
const lock = (command: string) => lockEnvironment({ workDir, clusterName: 'demo', command, clock });

beforeEach(() => {
  workDir = mkdtempSync(join(tmpdir(), 'meshbed-test-'));
});
afterEach(() => rmSync(workDir, { recursive: true }));

/** Larger than any process number that a system gives. */
const nobody = 2 ** 30;

const leave = (owner: Partial<LockOwner>) =>
  writeFileSync(
    file(),
    JSON.stringify({ pid: nobody, host: hostname(), user: 'u', command: 'run 3', sinceMs: 0, ...owner }),
  );

test('lock: a second command is told whose it is and how old, until the first ends', () => {
  {
    using first = lock('run 3');
    expect(first.takenOver).toBeUndefined();
    expect(() => lock('cleanup')).toThrow(
      expect.objectContaining({ code: 'user/locked', message: expect.stringContaining('run 3, for 0 min') }),
    );
  }
  expect(readdirSync(workDir)).toEqual([]);
});

test('lock: one of a process that is gone is taken over and named', () => {
  leave({});
  using taken = lock('run 1');
  expect(taken.takenOver).toMatchObject({ pid: nobody, command: 'run 3' });
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ pid: process.pid, command: 'run 1' });
  expect(readdirSync(workDir)).toEqual(['demo.lock']);
});

test.each([
  ['of a living process', { pid: process.ppid }, 'run 3, for 10 min'],
  ['of another machine, of which nothing is known', { host: 'elsewhere' }, 'run 3, for 10 min'],
])('lock: one %s stays', (_name, owner, message) => {
  leave(owner);
  expect(() => lock('run 1')).toThrow(message);
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toMatchObject({ command: 'run 3' });
});

test('lock: of an earlier process with the same number, and one that a crash tore, are taken over', () => {
  leave({ pid: process.pid });
  lock('run 1')[Symbol.dispose]();
  writeFileSync(file(), '{"pid":');
  using taken = lock('run 1');
  expect(taken.takenOver).toBeUndefined();
});

test('lock: environments are kept apart by their cluster', () => {
  using _first = lock('run 3');
  using other = lockEnvironment({ workDir, clusterName: 'other', command: 'run 1', clock });
  expect(other.takenOver).toBeUndefined();
});
