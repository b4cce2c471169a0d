import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findAws, readsEndpoints, wrapAws } from './aws.ts';
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

test.each([
  ['aws-cli/2.9.19 Python/3.11.2 Linux/6.1 source/x86_64.debian.12', false],
  ['aws-cli/2.12.9 Python/3.11.2', false],
  ['aws-cli/2.13.0 Python/3.11.2', true],
  ['aws-cli/2.31.5 Python/3.13.7', true],
  ['aws-cli/1.28.99 Python/3.10', false],
  ['aws-cli/1.29.0 Python/3.10', true],
  ['aws-cli/1.45.11 Python/3.11.7 botocore/1.43.11', true],
  ['aws-cli/3.0.0', true],
  ['', true],
])('aws: %s reads endpoints from its configuration: %s', (version, expected) => {
  expect(readsEndpoints(version)).toBe(expected);
});

test.each([
  ['2.9.19', '--endpoint-url http://127.0.0.1:4610 ec2 describe-vpcs --query a b'],
  ['2.31.5', 'ec2 describe-vpcs --query a b'],
])('aws %s: is told the endpoint if it must be, and there is nothing to log into', async (version, expected) => {
  const installed = join(folder, 'installed');
  writeCommand(join(installed, 'aws'), `[ "$1" = --version ] && echo aws-cli/${version} || echo "$*"`);
  const aws = await findAws(`/nowhere:${installed}:/usr/bin`);
  expect(aws).toEqual({ file: join(installed, 'aws'), readsEndpoints: version !== '2.9.19' });
  wrapAws(join(folder, 'bin'), aws!, 'http://127.0.0.1:4610');
  expect(run('aws', 'ec2', 'describe-vpcs', '--query', 'a b').trim()).toBe(expected);
  expect(run('aws', 'sso', 'login', '--profile', 'local')).toContain('Nothing to log into');
  expect(await findAws('/nowhere')).toBeUndefined();
});
