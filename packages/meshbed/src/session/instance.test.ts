import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { answers, controlOf, removeStale } from './control.ts';
import { findInstance, instancesFolder, listInstances, newestInstance } from './instance.ts';
import { createSandbox } from '@meshbed/sandbox';
import { describeSandbox } from './sandbox.ts';
import { publish } from './serve.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'instances-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** No process has it: the highest is far below. */
const ended = 2 ** 30;

function leave(name: string, { pid = process.pid, startedMs }: { pid?: number; startedMs: number }): string {
  const directory = join(folder, name);
  mkdirSync(directory);
  const urls = { control: 'http://127.0.0.1:2/_sandbox' };
  writeFileSync(join(directory, 'instance.json'), JSON.stringify({ name, pid, startedMs, directory, urls }));
  return directory;
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

test('instances: what killed ones left is removed, and nothing else', async () => {
  leave('running', { startedMs: 1 });
  const gone = leave('ended', { pid: ended, startedMs: 2 });
  const another = leave('number of another process', { startedMs: 3 });
  utimesSync(join(another, 'instance.json'), 1, 1);
  expect(await removeStale(folder)).toEqual(['number of another process', 'ended']);
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
  await using sandbox = await createSandbox({ parent: folder });
  using published = publish(describeSandbox(sandbox), 'demo');
  const instance = findInstance('latest', folder);
  expect(instance).toEqual(JSON.parse(JSON.stringify(published.instance)));
  expect(instance.target.accounts).toMatchObject({ local: { id: '000000000001', profile: 'local' } });
  const file = sandbox.directory.file('instance.json');
  expect(readFileSync(file, 'utf8')).not.toContain(sandbox.accounts.local.secretAccessKey);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await answers(instance)).toBe(true);
  const guessed = { ...instance, secret: 'guessed' };
  expect(await answers(guessed)).toBe(false);
  await expect(controlOf(guessed).stop()).rejects.toThrow('the secret of the locator file is missing or wrong');
  await controlOf(instance).stop();
  await sandbox.stopAsked;
});
