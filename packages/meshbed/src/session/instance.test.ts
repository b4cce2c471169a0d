import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Instance, instanceIn, newestInstance, publishInstance } from './instance.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'instances-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** No process has it: the highest is far below. */
const ended = 2 ** 30;

function leave(name: string, { pid = process.pid, atS }: { pid?: number; atS: number }): string {
  const directory = join(folder, name);
  mkdirSync(directory);
  const file = join(directory, 'instance.json');
  writeFileSync(file, JSON.stringify({ pid, directory }));
  utimesSync(file, atS, atS);
  return directory;
}

test('the newest that still runs; ended ones, foreign folders and broken files are passed over', () => {
  leave('meshbed-old', { atS: 100 });
  const newer = leave('meshbed-new', { atS: 200 });
  leave('meshbed-ended', { pid: ended, atS: 300 });
  leave('other', { atS: 400 });
  mkdirSync(join(folder, 'meshbed-starting'));
  writeFileSync(join(leave('meshbed-broken', { atS: 500 }), 'instance.json'), '{');
  expect(newestInstance(folder)?.directory).toBe(newer);
});

test('none: undefined; a directory that was named: an error that says why', () => {
  expect(newestInstance(folder)).toBeUndefined();
  expect(() => instanceIn(folder)).toThrow('there is no running sandbox in');
  expect(() => instanceIn(leave('meshbed-ended', { pid: ended, atS: 1 }))).toThrow('has ended');
});

test('published until disposed, without any secret', () => {
  const account = (id: string, profile: string) => ({
    id,
    profile,
    credentials: async () => ({ accessKeyId: 'AK', secretAccessKey: 'hidden' }),
  });
  const target = {
    kind: 'sandbox' as const,
    region: 'us-east-2',
    accounts: { local: account('1', 'local'), external: account('2', 'external') },
    istioctl: { command: [], env: {} },
    workDir: folder,
  };
  const running = {
    target,
    directory: folder,
    environmentFile: 'env.sh',
    kubeconfig: 'kubeconfig',
    url: 'http://127.0.0.1:1',
  };
  const published = publishInstance(running, { pid: process.pid, clusterName: 'demo' });
  const instance: Instance = instanceIn(folder);
  expect(instance).toMatchObject({
    url: running.url,
    clusterName: 'demo',
    accounts: [
      { id: '1', profile: 'local' },
      { id: '2', profile: 'external' },
    ],
  });
  expect(JSON.stringify(instance)).not.toContain('hidden');
  published[Symbol.dispose]();
  expect(existsSync(join(folder, 'instance.json'))).toBe(false);
});
