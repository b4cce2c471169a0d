import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../bin/meshbed.mjs', import.meta.url));
const meshbed = (...args: string[]) =>
  spawnSync(process.execPath, [bin, ...args], { encoding: 'utf8', env, cwd: folder });
let env: Record<string, string> = {};
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'meshbed-test-'));
  env = { NO_COLOR: '1', HOME: folder };
});
afterEach(() => rmSync(folder, { recursive: true }));

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
  [['run'], 'which scenario?'],
  [['run', '1', '--report', 'report.pdf'], 'report.pdf has an ending that is no format of reports'],
  [['report'], 'there is no record of a run yet: meshbed run 1'],
  [['run', '1', '-c', 'nowhere.yaml'], "can't read the configuration file nowhere.yaml"],
  [['run', '1', '--cluster-name', 'A_b'], 'flag --cluster-name: --cluster-name is "A_b"'],
  [['run', '1', '-t', '-s', '5'], '--tests-only runs no step'],
  [['run', '1', '--list', '--keep'], '--list starts no sandbox'],
  [['run', '1', '--skip-setup', '--stop-after', 'istio_verify'], 'istio_verify is one of the steps'],
  [['run', '1', '-s', '7', '--stop-after', '5'], 'no step is between 7 and 5'],
  [['run', '3', '--max-cost', '0.1'], 'costs $0.44, more than $0.10'],
  [['plan', '1', '--max-cost', 'much'], '--max-cost is "much"; it must be dollars'],
  [['run', '1', '--target', 'clod'], 'did you mean cloud?'],
  [['run', '3', '--target', 'cloud', '--local-account', '111122223333'], 'EXTERNAL_ACCOUNT is missing'],
  [['run', '1', '--target', 'cloud', '--local-account', '111122223333', '--keep'], '--keep leaves a sandbox running'],
  [['demo', '--target', 'cloud'], 'demo always has a sandbox of its own'],
  [['authz', '2', '--cleanup'], '2 and clear are two exercises'],
  [['cleanup', '-w', '--no-wait-for-deletion'], 'leave out one of the two'],
  [['doctor', '3', '--scenario', '1'], '3 and 1 are two scenarios'],
])('wrong use: %j', (args, message) => {
  const { status, stderr } = meshbed(...args);
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

test('run --list: marks what the other options leave out', () => {
  const { stdout } = meshbed('run', '1', '-l', '-s', 'ecs_clusters', '--stop-after', '10');
  expect(stdout).toMatch(/8 +istio_verify +verify Istio +\(left out\)/);
  expect(stdout).toMatch(/9 +ecs_clusters +ECS clusters and services\n/);
  expect(stdout).toMatch(/11 +add_to_mesh.*\(left out\)/);
});

test('run --list --json: one object, for programs', () => {
  const listed = JSON.parse(meshbed('run', '1', '-l', '--json', '--stop-after', '2').stdout) as Record<
    string,
    object[]
  >;
  expect(listed['steps']).toHaveLength(12);
  expect(listed['steps']?.slice(1, 3)).toMatchObject([
    { number: 2, id: 'eks_cluster', runs: true },
    { number: 3, runs: false },
  ]);
});

test('doctor: without a sandbox only this machine is looked at, and it says so', () => {
  const { status, stdout } = meshbed('doctor');
  expect(status).toBe(0);
  expect(stdout).toContain('istioctl: the sandbox brings its own');
  expect(stdout).toContain('no sandbox is running');
});

test('run: the scenario of the configuration', () => {
  write('demo.sh', 'export SCENARIO=2\n');
  expect(meshbed('run', '-l', '-c', 'demo.sh').stdout).toContain('Scenario 2: Two ECS clusters');
});

test('run: what a shell file would execute is an error with its place, and nothing ran', () => {
  write('demo.sh', 'export CLUSTER_NAME=demo\nexport OWNER_NAME=$(touch ran)\n');
  const { status, stderr } = meshbed('run', '1', '-c', 'demo.sh');
  expect(status).toBe(2);
  expect(stderr).toBe(
    'meshbed: demo.sh:2:19: $(…) would run a command; nothing is executed\n  next:   only $(whoami) is known: write the value\n',
  );
  expect(existsSync(join(folder, 'ran'))).toBe(false);
});

test('config: meshbed.yaml of the folder, the environment and flags, in their order', () => {
  write('meshbed.yaml', 'owner: from-file\nregion: eu-west-1\ncluster:\n  name: from-file\n');
  env['MESHBED_REGION'] = '';
  env['AWS_REGION'] = 'eu-west-3';
  const { stdout } = meshbed('config', 'show', '--origin', '--cluster-name', 'from-flag');
  expect(stdout).toMatch(/owner +from-file +meshbed.yaml:1:8\n/);
  expect(stdout).toMatch(/region +eu-west-3 +environment AWS_REGION\n/);
  expect(stdout).toMatch(/cluster.name +from-flag +flag --cluster-name\n/);
  expect(stdout).toMatch(/cluster.nodes +2 +default\n/);
});

test('config init: turns a shell file into YAML that is right, and overwrites nothing', () => {
  write('demo.sh', 'export SCENARIO=3\nexport LOCAL_ACCOUNT=111122223333\nexport EXTERNAL_ACCOUNT=444455556666\n');
  expect(meshbed('config', 'init', '-c', 'demo.sh').stdout).toContain('wrote meshbed.yaml');
  expect(readFileSync(join(folder, 'meshbed.yaml'), 'utf8')).toContain('    id: "444455556666"');
  expect(meshbed('config', 'check').stdout).toContain('external  account 444455556666');
  expect(meshbed('config', 'init')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('meshbed.yaml exists'),
  });
});

test('config check --cloud: says what a run in real accounts needs', () => {
  write('meshbed.yaml', 'scenario: 1\n');
  expect(meshbed('config', 'check').status).toBe(0);
  expect(meshbed('config', 'check', '--cloud').stderr).toContain('LOCAL_ACCOUNT is missing');
});

test('config schema: is JSON', () => {
  expect(JSON.parse(meshbed('config', 'schema').stdout)).toMatchObject({ type: 'object', additionalProperties: false });
});
