import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findRun } from '@meshbed/runner/records';
import { findInstance } from '../session/instance.ts';
import { startRunner } from './runner-process.ts';

let home: string;
const meshbed = (...args: string[]) => startRunner(args, { home });

// One sandbox in the background, from its start to its end.
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'meshbed-home-'));
});

afterAll(() => rmSync(home, { recursive: true }));

test('detached: sandbox up returns when it is ready', async () => {
  const { code, stdout, stderr } = await meshbed('sandbox', 'up', '--detach');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^Sandbox meshbed-\w+ is running\.$/m);
});

test('detached: status names it', async () => {
  const { pid, urls } = findInstance('latest', join(home, 'instances'));
  const { stdout } = await meshbed('sandbox', 'status');
  expect(stdout).toMatch(new RegExp(`running, process ${pid}, since .*, ${urls.aws}`));
});

test('detached: diagnose writes what it can tell, and none of its secrets', async () => {
  const file = join(home, 'diagnosis.tar.gz');
  const { stdout } = await meshbed('sandbox', 'diagnose', '--output', file);
  expect(stdout).toBe(`Diagnosis: ${file} (10 files)\n`);
  const { secret, directory } = findInstance('latest', join(home, 'instances'));
  const keys = readFileSync(join(directory, 'aws-credentials'), 'utf8').matchAll(/secret_access_key = (\S+)/g);
  const text = gunzipSync(readFileSync(file)).toString();
  expect(text).toContain('"operation"');
  for (const each of [secret, ...[...keys].map(([, key = '']) => key)]) expect(text).not.toContain(each);
});

test('detached: a run, its progress, what it left, and cleanup', async () => {
  expect(await meshbed('audit')).toMatchObject({ code: 0, stdout: 'Nothing of ours is there.\n' });
  const part = ['--instance', 'latest', '--stop-after', 'sso_login', '--plain', '--report', join(home, 'reports')];
  expect((await meshbed('run', '1', ...part)).code).toBe(0);
  expect(readdirSync(join(home, 'reports'))).toEqual(['junit.xml', 'report.html', 'report.json']);
  expect(findRun(join(home, 'records'), 'latest')).toMatchObject({ scenario: 1, outcome: 'passed' });
  const { stdout: list } = await meshbed('run', '1', '--list', '--instance', 'latest');
  expect(list).toContain(' 1  sso_login           AWS login  (done)\n');
  const { stdout: reset } = await meshbed('run', '1', '--list', '--reset', '--instance', 'latest');
  expect(reset).toContain(' 1  sso_login           AWS login\n');
  expect(await meshbed('cleanup', '--yes', '--eks')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Clean: '),
  });
}, 60_000);

test('detached: what costs money is shown with its price, and nothing is deleted without a yes', async () => {
  const part = ['--instance', 'latest', '--stop-after', 'eks_cluster', '--plain'];
  expect((await meshbed('run', '1', ...part)).code).toBe(0);
  const { code, stdout } = await meshbed('audit');
  expect(code).toBe(5);
  expect(stdout).toMatch(/NAT gateway +istio-ecs-demo\/NATGateway {2}nat-\w+ {2}\$0\.0450\/h/);
  expect(stdout).toMatch(/^Together \$0\.2\d+ an hour, \$1\d\d\.\d\d a month$/m);
  expect(await meshbed('cleanup', '--eks')).toMatchObject({ code: 2, stderr: expect.stringContaining('add --yes') });
  const { code: scratch, stdout: rebuilt } = await meshbed('run', '1', ...part, '--from-scratch', '--delete', '--yes');
  expect([scratch, rebuilt.match(/^Clean: \d\d deleted/gm)?.length]).toEqual([0, 2]);
  expect((await meshbed('audit')).code).toBe(0);
}, 60_000);

test('detached: sandbox down leaves nothing, and there is none to end again', async () => {
  const { stdout } = await meshbed('sandbox', 'down');
  expect(stdout).toMatch(/^Sandbox meshbed-\w+ has ended\.$/m);
  expect(readdirSync(join(home, 'instances'))).toEqual([]);
  expect(await meshbed('sandbox', 'down')).toMatchObject({ code: 2, stderr: expect.stringContaining('sandbox up -d') });
});
