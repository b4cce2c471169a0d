import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { wrapAws } from './aws.ts';
import { writeCommand, writeStandIns } from './index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "it's a test-"));
  for (const each of ['bin', 'installed']) mkdirSync(join(folder, each));
});
afterEach(() => rmSync(folder, { recursive: true }));

const run = (name: string, ...args: string[]) => execFileSync(join(folder, 'bin', name), args, { encoding: 'utf8' });

test('stand-ins: istioctl can be run, whatever the folder is called', () => {
  expect(writeStandIns(join(folder, 'bin'))).toContain('istioctl');
  expect(run('istioctl', 'version', '--remote=false')).toMatch(/^client version: /);
});

const wrapped = (version: string, script = 'echo "$*"') => {
  const installed = join(folder, 'installed');
  writeCommand(join(installed, 'aws'), `[ "$1" = --version ] && { echo '${version}' >&2; exit; }; ${script}`);
  wrapAws(join(folder, 'bin'), { path: `${join(folder, 'bin')}:/nowhere:${installed}:/usr/bin`, endpoint: 'http://e' });
};

test.each([
  ['aws-cli/2.9.19 Python/3.11.2 Linux/6.1 source/x86_64.debian.12', true],
  ['aws-cli/2.12.9 Python/3.11.2', true],
  ['aws-cli/2.13.0 Python/3.11.2', false],
  ['aws-cli/2.31.5 Python/3.13.7', false],
  ['aws-cli/1.28.99 Python/3.10', true],
  ['aws-cli/1.29.0 Python/3.10', false],
  ['aws-cli/1.45.11 Python/3.11.7 botocore/1.43.11', false],
  ['aws-cli/3.0.0', false],
  ['', false],
])('aws: %s must be told the endpoint: %s', (version, told) => {
  wrapped(version);
  const call = 'ec2 describe-vpcs --query a b\n';
  for (const _ of ['first', 'later'])
    expect(run('aws', 'ec2', 'describe-vpcs', '--query', 'a b')).toBe(told ? `--endpoint-url http://e ${call}` : call);
});

test.each([
  ['aws-cli/2.9.19 Python/3.11.2', true],
  ['aws-cli/1.29.3 Python/3.11.2', true],
  ['aws-cli/2.31.5 Python/3.13.7', false],
  ['aws-cli/1.45.11 Python/3.11.7 botocore/1.43.11', false],
])('aws: %s must be told of Pod Identity: %s', (version, told) => {
  wrapped(version, `[ -n "$AWS_DATA_PATH" ] && cat "$AWS_DATA_PATH"/eks/2017-11-01/service-2.sdk-extras.json`);
  const call = () => run('aws', 'eks', 'list-pod-identity-associations');
  if (!told) return void expect(call).toThrow();
  const { operations, shapes } = (JSON.parse(call()) as { merge: { operations: object; shapes: object } }).merge;
  const models = new Map(Object.entries(shapes));
  expect(Object.keys(operations)).toHaveLength(5);
  for (const each of Object.values(operations) as { name: string; http: { requestUri: string } }[]) {
    const { members } = models.get(`${each.name}Request`) as { members: Record<string, { locationName?: string }> };
    const names = Object.values(members).map(({ locationName }) => locationName);
    for (const [, name] of each.http.requestUri.matchAll(/{(\w+)}/g)) expect(names).toContain(name);
  }
});

test('aws: there is nothing to log into; without an installed one there is none', () => {
  wrapAws(join(folder, 'bin'), { path: '/nowhere', endpoint: 'http://e' });
  expect(existsSync(join(folder, 'bin', 'aws'))).toBe(false);
  wrapped('aws-cli/2.31.5');
  expect(run('aws', 'sso', 'login', '--profile', 'local')).toContain('Nothing to log into');
});
