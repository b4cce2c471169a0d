import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { FakeKube } from './fake-kube.ts';

export interface KubeconfigFolder extends Disposable {
  path: string;
  /** Writes a kubeconfig with context `one`, cluster `c` and user `u`; returns its path. */
  write(content: { user?: object; cluster?: object }): string;
}

export function kubeconfigFolder(kube: FakeKube): KubeconfigFolder {
  const path = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  const file = join(path, 'config');
  const server = `https://127.0.0.1:${kube.port}`;
  const known = { server, 'certificate-authority-data': Buffer.from(kube.ca).toString('base64') };
  return {
    path,
    write({ user = {}, cluster = {} }) {
      const config = {
        'current-context': 'one',
        contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
        clusters: [{ name: 'c', cluster: { ...known, ...cluster } }],
        users: [{ name: 'u', user }],
      };
      writeFileSync(file, stringify(config));
      return file;
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  };
}
