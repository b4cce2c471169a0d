import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@meshbed/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answers, askToStop } from './control.ts';
import { findInstance, instancesFolder, listInstances, newestInstance, removeStale } from './instance.ts';
import type { RunningSandbox } from './sandbox.ts';
import { publish } from './serve.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'instances-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** No process has it: the highest is far below. */
const ended = 2 ** 30;

function leave(name: string, { pid = process.pid, startedMs }: { pid?: number; startedMs: number }): string {
  const directory = join(folder, name);
  mkdirSync(directory);
  writeFileSync(join(directory, 'instance.json'), JSON.stringify({ name, pid, startedMs, directory }));
  return directory;
}

function running(directory: string): RunningSandbox {
  const account = (id: string, profile: string) => ({
    id,
    profile,
    credentials: async () => ({ accessKeyId: 'AK', secretAccessKey: 'hidden' }),
  });
  const accounts = { local: account('1', 'local'), external: account('2', 'external') };
  const istioctl = { command: [], env: {} };
  return {
    target: { kind: 'sandbox', region: 'us-east-2', accounts, istioctl, workDir: directory },
    clock: systemClock,
    directory,
    environmentFile: 'env.sh',
    kubeconfig: 'kubeconfig',
    url: 'http://127.0.0.1:1',
  };
}

test('instances: the newest that still runs; ended ones, foreign folders and broken files are passed over', () => {
  leave('old', { startedMs: 100 });
  const newer = leave('new', { startedMs: 200 });
  leave('ended', { pid: ended, startedMs: 300 });
  mkdirSync(join(folder, 'starting'));
  writeFileSync(join(leave('broken', { startedMs: 500 }), 'instance.json'), '{');
  expect(newestInstance(folder)?.directory).toBe(newer);
  expect(findInstance('latest', folder).directory).toBe(newer);
  expect(findInstance('old', folder).name).toBe('old');
  expect(findInstance(newer, join(folder, 'elsewhere')).name).toBe('new');
});

test('instances: none, and one that has ended, are errors that say what to do', () => {
  expect(newestInstance(folder)).toBeUndefined();
  expect(() => findInstance('latest', folder)).toThrow(
    expect.objectContaining({ code: 'user/no-instance', next: 'start one: meshbed sandbox up -d' }),
  );
  const directory = leave('ended', { pid: ended, startedMs: 1 });
  expect(() => findInstance(directory, folder)).toThrow('does not run any more');
  leave('there', { startedMs: 2 });
  expect(() => findInstance('their', folder)).toThrow(
    expect.objectContaining({ next: 'choose latest or one of: there' }),
  );
});

test('instances: what killed ones left is removed, and nothing else', () => {
  leave('running', { startedMs: 1 });
  const gone = leave('ended', { pid: ended, startedMs: 2 });
  expect(removeStale(folder)).toEqual(['ended']);
  expect(existsSync(gone)).toBe(false);
  expect(listInstances(folder).map(({ name }) => name)).toEqual(['running']);
});

test.each([
  [{ MESHBED_HOME: '/h' }, '/h/instances'],
  [{ XDG_STATE_HOME: '/s' }, '/s/meshbed/instances'],
])('instances: in the folder of %j', (environment, expected) => {
  expect(instancesFolder(environment)).toBe(expected);
});

test('publish: others find it, without any key, and may stop it when they know the secret', async () => {
  const directory = join(folder, 'mine');
  mkdirSync(directory);
  await using published = await publish(running(directory), 'demo');
  const instance = findInstance('mine', folder);
  expect(instance).toEqual(JSON.parse(JSON.stringify(published.instance)));
  expect(instance.target.accounts).toEqual({
    local: { id: '1', profile: 'local' },
    external: { id: '2', profile: 'external' },
  });
  const file = join(directory, 'instance.json');
  expect(readFileSync(file, 'utf8')).not.toContain('hidden');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await answers(instance)).toBe(true);
  expect(await answers({ ...instance, secret: 'guessed' })).toBe(false);
  expect(await askToStop({ ...instance, secret: 'guessed' })).toBe(false);
  expect(await askToStop(instance)).toBe(true);
  await published.stopAsked;
});
