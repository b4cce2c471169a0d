import { expect, test } from 'vitest';
import { createIstioctl } from './istioctl.ts';

const istioctlOf = (script: string) =>
  createIstioctl({ command: [process.execPath, '-e', script], env: { KUBECONFIG: '/k' } });

test('istioctl: passes input and returns what it prints', async () => {
  const istioctl = istioctlOf('process.stdin.pipe(process.stdout)');
  expect(await istioctl.run(['--', 'install', '-f', '-'], { input: 'spec' })).toEqual({ stdout: 'spec', stderr: '' });
});

test('istioctl: a failure carries its words and how to run it oneself', async () => {
  const run = istioctlOf(`console.error('no control plane'); process.exit(3)`).run(['--', 'x']);
  await expect(run).rejects.toMatchObject({
    code: 'cloud/istioctl',
    message: expect.stringContaining('exit code 3: no control plane'),
    next: expect.stringContaining('KUBECONFIG=/k'),
  });
});

test('istioctl: a missing command is the environment', async () => {
  const run = createIstioctl({ command: ['/nowhere/istioctl'], env: {} }).run(['version']);
  await expect(run).rejects.toMatchObject({ code: 'environment/istioctl-missing', object: '/nowhere/istioctl' });
});

test('istioctl: output that is not JSON is an error', async () => {
  await expect(istioctlOf(`console.log('NAME')`).json(['--', 'x'])).rejects.toMatchObject({
    code: 'cloud/istioctl-output',
  });
});

test('istioctl: shows lines of both outputs as they come', async () => {
  const lines: string[] = [];
  await istioctlOf(`console.log('one'); console.error('two')`).run(['--'], { onLine: (line) => lines.push(line) });
  expect(lines.toSorted()).toEqual(['one', 'two']);
});
