import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { virtualClock } from '@meshbed/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fromKubeconfig, type KubeApi, resources, type RunCommand } from '../index.ts';
import { type KubeconfigFolder, kubeconfigFolder } from '../testing/kubeconfig.ts';
import { FakeKube } from '../testing/fake-kube.ts';

let kube: FakeKube;
let folder: KubeconfigFolder;
beforeEach(async () => {
  kube = await FakeKube.start();
  folder = kubeconfigFolder(kube);
});
afterEach(async () => {
  folder[Symbol.dispose]();
  await kube[Symbol.asyncDispose]();
});

const v1 = 'client.authentication.k8s.io/v1';
const exec = { apiVersion: v1, command: 'aws', args: ['eks', 'get-token'], env: [{ name: 'AWS_PROFILE', value: 'p' }] };
const credential = (status: object, apiVersion = v1) => JSON.stringify({ apiVersion, kind: 'ExecCredential', status });

const expiring = (token: string, atMs: number) =>
  credential({ token, expirationTimestamp: new Date(atMs).toISOString() });

/** Commands that were run, each answered by the next of `answers`. */
function plugin(...answers: string[]) {
  const calls: { line: string; env: Readonly<Record<string, string | undefined>> }[] = [];
  const run: RunCommand = (command, args, env) => {
    calls.push({ line: [command, ...args].join(' '), env });
    return Promise.resolve({ exitCode: 0, stdout: answers.shift() ?? '', stderr: '' });
  };
  return { calls, run };
}

/** The bearer token of one more request. */
async function tokenSentBy(api: KubeApi): Promise<string | undefined> {
  await api.list(resources.pods);
  return kube.authorizations.at(-1)?.replace('Bearer ', '');
}

test('kubeconfig: a token, and one in a file beside it that changes', async () => {
  using api = await fromKubeconfig(folder.write({ user: { token: 't' } }), { env: {} });
  expect(await tokenSentBy(api)).toBe('t');
  const file = folder.write({ user: { tokenFile: 'token' } });
  writeFileSync(join(folder.path, 'token'), 'one\n');
  using fromFile = await fromKubeconfig(file, { env: {} });
  expect(await tokenSentBy(fromFile)).toBe('one');
  writeFileSync(join(folder.path, 'token'), 'two\n');
  expect(await tokenSentBy(fromFile)).toBe('two');
});

test('kubeconfig: a certificate authority in a file, or none to check', async () => {
  writeFileSync(join(folder.path, 'ca.crt'), kube.ca);
  const none = { 'certificate-authority-data': undefined };
  const settings = [{ 'certificate-authority': 'ca.crt' }, { 'insecure-skip-tls-verify': true }];
  for (const cluster of settings) {
    using api = await fromKubeconfig(folder.write({ cluster: { ...none, ...cluster } }), { env: {} });
    expect((await api.list(resources.pods)).items).toEqual([]);
  }
  using untrusting = await fromKubeconfig(folder.write({ cluster: none }), { env: {} });
  await expect(untrusting.list(resources.pods)).rejects.toThrow('certificate');
});

test.each([
  ['another context', {}, { context: 'two' }, 'no context two'],
  ['a proxy', { cluster: { 'proxy-url': 'http://p' } }, {}, 'proxy-url of cluster c is not supported'],
  ['impersonation', { user: { as: 'root' } }, {}, 'as of user u is not supported'],
  [
    'an old plugin',
    { user: { exec: { ...exec, apiVersion: 'client.authentication.k8s.io/v1alpha1' } } },
    {},
    'v1alpha1',
  ],
  ['a plugin that asks', { user: { exec: { ...exec, interactiveMode: 'Always' } } }, {}, 'terminal'],
])('kubeconfig: names what it can not do: %s', async (_name, content, options, message) => {
  await expect(fromKubeconfig(folder.write(content), { env: {}, ...options })).rejects.toThrow(message);
});

test('kubeconfig: a file that is missing or malformed is named', async () => {
  await expect(fromKubeconfig('/nowhere/config', { env: {} })).rejects.toThrow(
    "can't read the kubeconfig /nowhere/config",
  );
  const file = join(folder.path, 'malformed');
  for (const content of ['{', 'a: [']) {
    writeFileSync(file, content);
    await expect(fromKubeconfig(file, { env: {} })).rejects.toThrow(`can't understand the kubeconfig ${file}`);
  }
});

test.each([v1, 'client.authentication.k8s.io/v1beta1'])(
  'exec plugin: %s, with its arguments and environment',
  async (apiVersion) => {
    const { calls, run } = plugin(credential({ token: 'k8s-aws-v1.x' }, apiVersion));
    const file = folder.write({ user: { exec: { ...exec, apiVersion, interactiveMode: 'IfAvailable' } } });
    using api = await fromKubeconfig(file, { env: { PATH: '/bin', AWS_PROFILE: 'other' }, run });
    expect(calls).toEqual([]);
    expect(await tokenSentBy(api)).toBe('k8s-aws-v1.x');
    const info = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } });
    const env = { PATH: '/bin', AWS_PROFILE: 'p', KUBERNETES_EXEC_INFO: info };
    expect(calls).toEqual([{ line: 'aws eks get-token', env }]);
  },
);

test('exec plugin: is told about the cluster when it asks for that', async () => {
  const { calls, run } = plugin(credential({ token: 't' }));
  const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'a' } }];
  const content = { user: { exec: { ...exec, provideClusterInfo: true } }, cluster: { extensions } };
  using api = await fromKubeconfig(folder.write(content), { env: {}, run });
  await tokenSentBy(api);
  expect(JSON.parse(calls[0]?.env['KUBERNETES_EXEC_INFO'] ?? '')).toMatchObject({
    spec: {
      cluster: {
        server: `https://127.0.0.1:${kube.port}`,
        'certificate-authority-data': Buffer.from(kube.ca).toString('base64'),
        config: { audience: 'a' },
      },
    },
  });
});

test('exec plugin: runs once for many requests, again after expiry and after a refusal', async () => {
  const clock = virtualClock();
  const { calls, run } = plugin(expiring('one', 60_000), expiring('two', 120_000), expiring('three', 180_000));
  using api = await fromKubeconfig(folder.write({ user: { exec } }), { env: {}, run, clock });
  expect(await Promise.all([tokenSentBy(api), tokenSentBy(api)])).toEqual(['one', 'one']);
  await clock.advance(59_999);
  expect(await tokenSentBy(api)).toBe('one');
  await clock.advance(1);
  expect(await tokenSentBy(api)).toBe('two');
  kube.refused.add('Bearer two');
  await expect(api.list(resources.pods)).rejects.toMatchObject({ status: 401 });
  expect(await tokenSentBy(api)).toBe('three');
  expect(calls).toHaveLength(3);
});

test('exec plugin: a client certificate', async () => {
  const { cert, key } = kube.clientCertificate('me');
  const { run } = plugin(credential({ clientCertificateData: cert, clientKeyData: key }));
  using api = await fromKubeconfig(folder.write({ user: { exec } }), { env: {}, run });
  expect(await tokenSentBy(api)).toBe('certificate of me');
});

test.each([
  ['no JSON', 'oops', 'did not print JSON'],
  [
    'another version',
    credential({ token: 't' }, 'client.authentication.k8s.io/v1beta1'),
    'v1beta1 ExecCredential instead',
  ],
  ['nothing', credential({}), 'neither a token nor a certificate'],
])('exec plugin: says when it gives %s, and asks again', async (_name, stdout, message) => {
  const { run } = plugin(stdout, credential({ token: 't' }));
  using api = await fromKubeconfig(folder.write({ user: { exec } }), { env: {}, run });
  await expect(api.list(resources.pods)).rejects.toThrow(message);
  expect(await tokenSentBy(api)).toBe('t');
});

test('exec plugin: a real child process, its failure and its absence', async () => {
  const script = `
    const { apiVersion, kind } = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
    if (process.env.FAIL) { console.error('no session'); process.exit(3); }
    console.log(JSON.stringify({ apiVersion, kind, status: { token: process.argv[2] } }));`;
  const file = join(folder.path, 'plugin.js');
  writeFileSync(file, script);
  const real = { apiVersion: v1, command: process.execPath, args: [file, 'from-a-child'] };
  using api = await fromKubeconfig(folder.write({ user: { exec: real } }), { env: {} });
  expect(await tokenSentBy(api)).toBe('from-a-child');
  using failing = await fromKubeconfig(folder.write({ user: { exec: real } }), { env: { FAIL: 'yes' } });
  await expect(failing.list(resources.pods)).rejects.toThrow('failed with exit code 3: no session');
  const absent = { ...real, command: './absent', installHint: 'install it' };
  using missing = await fromKubeconfig(folder.write({ user: { exec: absent } }), { env: {} });
  await expect(missing.list(resources.pods)).rejects.toMatchObject({
    code: 'environment/exec-plugin',
    next: 'install it',
    message: `can't start ${join(folder.path, 'absent')}, which logs in to the cluster`,
  });
});
