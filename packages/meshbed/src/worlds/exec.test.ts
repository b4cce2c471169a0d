import { existsSync, readlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { gone, RunningCommand } from './command.ts';

const namespace = '/proc/self/ns/net';

/** In one process: what a script inside sees, and what it can't do. */
const script = `
  import { execFileSync } from 'node:child_process';
  import { existsSync, readlinkSync } from 'node:fs';
  import { connect } from 'node:net';
  const shown = (name) => name + '=' + process.env[name];
  console.log(['AWS_PROFILE', 'INT', 'EXT', 'LOCAL_ACCOUNT', 'EXTERNAL_ACCOUNT', 'CLUSTER_NAME', 'NO_PROXY'].map(shown).join(' '));
  console.log(execFileSync('istioctl', ['version', '--remote=false']).toString().trim());
  console.log(execFileSync('sh', ['-c', 'command -v istioctl; echo "$AWS_SECRET_ACCESS_KEY"']).toString().trim());
  const health = await fetch(process.env.AWS_ENDPOINT_URL + '/_sandbox/health');
  console.log('health', health.status);
  const crds = await fetch('https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.4.0/standard-install.yaml');
  console.log('mirror', crds.status, /kind: CustomResourceDefinition/.test(await crds.text()));
  await fetch('https://example.com/').catch((error) => console.log('outside', error.cause.message));
  const [outside, ...rest] = process.argv.slice(1);
  const isolated = existsSync('/proc/self/ns/net') && readlinkSync('/proc/self/ns/net') !== outside;
  if (isolated) await new Promise((done) => connect(443, '192.0.2.1').on('error', done).on('close', done));
  console.log(rest.join(' '), isolated);
  process.exitCode = 7;`;

test('exec: tools find the sandbox, nothing leaves this machine, the exit code is the command’s, nothing is left', async () => {
  process.env['AWS_SECRET_ACCESS_KEY'] = 'of a real cloud';
  const outside = existsSync(namespace) ? readlinkSync(namespace) : '';
  const node = [process.execPath, '--input-type=module', '-e', script, '--', outside, '--port', '-h'];
  using command = new RunningCommand('sandbox', 'exec', '--port', '0', ...node);
  delete process.env['AWS_SECRET_ACCESS_KEY'];
  expect(await command.ends()).toBe(7);
  const accounts = 'LOCAL_ACCOUNT=000000000001 EXTERNAL_ACCOUNT=000000000002';
  expect(command.output).toContain(
    `AWS_PROFILE=local INT=local EXT=external ${accounts} CLUSTER_NAME=istio-ecs-demo NO_PROXY=127.0.0.1,localhost,::1`,
  );
  expect(command.output).toMatch(/client version: 1\S+\n\S+\/instances\/meshbed-\w+\/bin\/istioctl\nhealth 200\n/);
  expect(command.output).toContain('mirror 200 true');
  // Where the system permits network namespaces, whoever ignores the proxy is refused, too.
  expect(command.output).toMatch(/--port -h true\n|--port -h false\n/);
  const isolated = command.output.includes('--port -h true');
  expect(command.output).toContain(isolated ? 'refused a connection to 192.0.2.1:443' : 'are not kept on this machine');
  expect(command.output).toMatch(/outside .+/);
  expect(command.output).toContain('refused a connection to example.com:443, which is not in the sandbox; --allow-net');
  expect(command.leftovers()).toEqual([]);
});

/** Goes on when it is told to end, with a child that does so too. */
const stubborn = [
  'sh',
  '-c',
  'trap "echo told" TERM INT HUP; (trap "" TERM INT HUP; sleep 1000) & echo begun; while :; do wait; done',
];

test('exec: after a second SIGINT nothing runs and nothing is left', async () => {
  using command = new RunningCommand('sandbox', 'exec', '--port', '0', '--', ...stubborn);
  await command.says('begun');
  const pids = await command.processes();
  command.kill('SIGINT');
  await command.says('told');
  command.kill('SIGINT');
  expect(await command.ends()).toBe(137);
  await gone(pids);
  expect(command.leftovers()).toEqual([]);
});

test('exec: after SIGKILL nothing runs and nothing is left', async () => {
  using command = new RunningCommand('sandbox', 'exec', '--port', '0', '--', ...stubborn);
  await command.says('begun');
  const pids = await command.processes();
  command.kill('SIGKILL');
  await gone(pids);
  expect(command.leftovers()).toEqual([]);
});
