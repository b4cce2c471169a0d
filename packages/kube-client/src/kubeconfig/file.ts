import { readFileSync } from 'node:fs';
import { MeshbedError } from '@meshbed/core';
import type { ExecConfig } from './exec-plugin.ts';

interface Named {
  name: string;
}

interface Kubeconfig {
  'current-context'?: string;
  contexts?: (Named & { context: { cluster: string; user?: string } })[] | null;
  clusters?: (Named & { cluster: ClusterConfig })[] | null;
  users?: (Named & { user: UserConfig | null })[] | null;
}

export interface ClusterConfig {
  server: string;
  'certificate-authority'?: string;
  'certificate-authority-data'?: string;
  'tls-server-name'?: string;
  'insecure-skip-tls-verify'?: boolean;
  extensions?: (Named & { extension: unknown })[];
  [other: string]: unknown;
}

export interface UserConfig {
  token?: string;
  tokenFile?: string;
  'client-certificate'?: string;
  'client-certificate-data'?: string;
  'client-key'?: string;
  'client-key-data'?: string;
  exec?: ExecConfig;
  [other: string]: unknown;
}

/** Fields that change what a request does, and that are not supported: ignoring them would do something else. */
const unsupported = {
  cluster: ['proxy-url'],
  user: ['auth-provider', 'username', 'password', 'as', 'as-uid', 'as-groups', 'as-user-extra'],
} as const;

/** What `context` (default: the current one) of a kubeconfig file names. @throws MeshbedError `user/kubeconfig…` */
export const readKubeconfig = (file: string, context?: string): Promise<{ cluster: ClusterConfig; user: UserConfig }> =>
  parseKubeconfig(contentOf(file), { file, context });

/** The same of a kubeconfig's text; `file` is what messages call it. @throws MeshbedError `user/kubeconfig…` */
export async function parseKubeconfig(
  content: string,
  { file, context }: { file: string; context?: string | undefined },
): Promise<{ cluster: ClusterConfig; user: UserConfig }> {
  const config = await parsed(content, file);
  const chosen = named(config.contexts, context ?? config['current-context'], 'context', file).context;
  const { cluster } = named(config.clusters, chosen.cluster, 'cluster', file);
  const { user } = chosen.user ? named(config.users, chosen.user, 'user', file) : { user: null };
  refuse(file, `cluster ${chosen.cluster}`, cluster, unsupported.cluster);
  refuse(file, `user ${chosen.user}`, user ?? {}, unsupported.user);
  return { cluster, user: user ?? {} };
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new MeshbedError('user/kubeconfig', `can't read the kubeconfig ${file}`, { cause, object: file });
  }
}

/** Ours are JSON: most short-lived commands need no YAML. */
async function parsed(content: string, file: string): Promise<Kubeconfig> {
  try {
    const parse: (text: string) => unknown = content.startsWith('{') ? JSON.parse : (await import('yaml')).parse;
    return (parse(content) ?? {}) as Kubeconfig;
  } catch (cause) {
    throw new MeshbedError('user/kubeconfig', `can't understand the kubeconfig ${file}`, { cause, object: file });
  }
}

function named<T extends Named>(list: T[] | null | undefined, name: string | undefined, what: string, file: string): T {
  const found = list?.find((each) => each.name === name);
  if (!found) throw new MeshbedError('user/kubeconfig', `${file}: no ${what} ${name ?? '(current)'}`, { object: file });
  return found;
}

function refuse(file: string, entry: string, fields: object, names: readonly string[]): void {
  const found = names.find((name) => name in fields);
  if (found === undefined) return;
  throw new MeshbedError('user/kubeconfig-unsupported', `${file}: ${found} of ${entry} is not supported`, {
    object: file,
    likely: 'the file is made for another tool',
    next: 'use a token, a client certificate or an exec plugin',
  });
}
