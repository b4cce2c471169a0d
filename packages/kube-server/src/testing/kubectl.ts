import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MeshbedError } from '@meshbed/core';
import { stringify } from 'yaml';
import type { TestCluster } from './cluster.ts';

/** Whether there is a real kubectl to test with. */
export const hasKubectl: boolean = spawnSync('kubectl', ['version', '--client']).status === 0;

export interface Kubectl extends Disposable {
  /** Standard output; a failing command throws with its standard error. */
  run(args: readonly string[], input?: string): Promise<string>;
  /** Standard error of a command that must fail. */
  fail(args: readonly string[], input?: string): Promise<string>;
}

/** A kubectl whose home is a temporary directory with a kubeconfig for the cluster's admin. */
export function kubectlFor({ cluster, caPem }: TestCluster): Kubectl {
  const home = mkdtempSync(join(tmpdir(), 'meshbed-kubectl-'));
  const config = join(home, 'config');
  writeFileSync(config, kubeconfig(cluster.server, cluster.adminToken, caPem));
  const environment = { PATH: process.env['PATH'] ?? '', HOME: home, KUBECONFIG: config };
  const start = (args: readonly string[], input: string): Promise<{ failed: boolean; out: string; error: string }> =>
    new Promise((resolve) => {
      const child = execFile('kubectl', args, { env: environment, maxBuffer: 1e7 }, (failure, out, error) => {
        resolve({ failed: failure !== null, out, error });
      });
      child.stdin?.end(input);
    });
  return {
    async run(args, input = '') {
      const { failed, out, error } = await start(args, input);
      if (failed) throw new MeshbedError('bug/test', `kubectl ${args.join(' ')}: ${out}${error}`);
      return out + error;
    },
    async fail(args, input = '') {
      const { failed, out, error } = await start(args, input);
      if (!failed) throw new MeshbedError('bug/test', `kubectl ${args.join(' ')} succeeded: ${out}`);
      return error;
    },
    [Symbol.dispose]: () => rmSync(home, { recursive: true }),
  };
}

export function kubeconfig(server: string, token: string, caPem: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [
      { name: 'test', cluster: { server, 'certificate-authority-data': Buffer.from(caPem).toString('base64') } },
    ],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin' } }],
  });
}
