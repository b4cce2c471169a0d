import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../bin/meshbed.mjs', import.meta.url));
const meshbed = (...args: string[]) =>
  spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8', env: { NO_COLOR: '1' } });

test('help: groups the commands and shows examples', () => {
  const { status, stdout } = meshbed('--help');
  expect(status).toBe(0);
  for (const part of ['Scenarios:', 'Examples:', 'Exit codes:', 'meshbed demo']) expect(stdout).toContain(part);
});

test('version: that of the package', () => {
  expect(meshbed('--version')).toMatchObject({ status: 0, stdout: '0.1.0\n' });
});

test('run --list: twelve steps and eight tests', () => {
  const { stdout } = meshbed('run', '1', '--list');
  expect(stdout).toContain('  12  prepare_tests       test pods, discovery settled');
  expect(stdout).toContain('8 tests');
});

test.each([
  [['run', '9'], 'there is no scenario 9'],
  [['run', '1', '--step', 'nope'], 'there is no step nope'],
  [['run', '1', '--step', 'istio_instal'], 'did you mean istio_install?'],
  [['run', '1', '--from-scratch', '--skip-setup'], '--from-scratch deletes the cluster that --skip-setup relies on'],
  [['run', '1', '--from-scratch', '-s', '5'], '--from-scratch deletes what the steps before --step made'],
  [['run', '1', '--list', '--delete'], '--list deletes nothing'],
  [['run', '1', '--force', '--tests-only'], '--tests-only runs no step'],
  [['run', '1', '--keep', '--instance', 'latest'], 'a sandbox that is running already is left running anyway'],
  [['sandbox', 'up', '--port', 'http'], 'it is no port'],
  [['fly'], "unknown command 'fly'"],
  [['run', '1', '--fast'], "unknown option '--fast'"],
])('wrong use: %j', (args, message) => {
  const { status, stderr } = meshbed(...args);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});
