import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { MeshbedError } from '@meshbed/core';
import { parse } from 'yaml';
import type { KubeAccess } from './connection.ts';

interface Kubeconfig {
  clusters?: {
    name: string;
    cluster: { server: string; 'certificate-authority-data'?: string; 'certificate-authority'?: string };
  }[];
  users?: { name: string; user: { token?: string; exec?: ExecPlugin } }[];
  contexts?: { name: string; context: { cluster: string; user: string } }[];
  'current-context'?: string;
}

interface ExecPlugin {
  command: string;
  args?: string[];
  env?: { name: string; value: string }[];
}

/**
 * A context of a kubeconfig file, the current one unless named. Tokens and exec plugins (`aws eks get-token`) are
 * understood. @throws MeshbedError `user/kubeconfig`
 */
export function readKubeconfig(file: string, contextName?: string, environment: NodeJS.ProcessEnv = {}): KubeAccess {
  const config = load(file);
  const name = contextName ?? config['current-context'] ?? '';
  const context = config.contexts?.find((each) => each.name === name)?.context;
  if (!context) throw wrong(file, name === '' ? 'it has no current context' : `it has no context ${name}`);
  const cluster = config.clusters?.find((each) => each.name === context.cluster)?.cluster;
  const user = config.users?.find((each) => each.name === context.user)?.user;
  if (!cluster || !user) throw wrong(file, `the cluster or the user of context ${name} is missing`);
  return {
    context: name,
    server: cluster.server,
    certificateAuthorityData: authorityOf(cluster),
    token: tokenOf(user, () => wrong(file, `user ${context.user} has neither a token nor an exec plugin`), environment),
  };
}

function load(file: string): Kubeconfig {
  try {
    return (parse(readFileSync(file, 'utf8')) as Kubeconfig | null) ?? {};
  } catch (cause) {
    throw new MeshbedError('user/kubeconfig', `can't read the kubeconfig ${file}`, { cause });
  }
}

function authorityOf(cluster: NonNullable<Kubeconfig['clusters']>[number]['cluster']): string {
  const path = cluster['certificate-authority'];
  return cluster['certificate-authority-data'] ?? (path === undefined ? '' : readFileSync(path).toString('base64'));
}

function tokenOf(
  { token, exec }: { token?: string; exec?: ExecPlugin },
  unusable: () => Error,
  environment: NodeJS.ProcessEnv,
): KubeAccess['token'] {
  if (token !== undefined) return () => Promise.resolve(token);
  if (!exec) throw unusable();
  let running: Promise<string> | undefined;
  return () => (running ??= runPlugin(exec, environment));
}

async function runPlugin(
  { command, args = [], env = [] }: ExecPlugin,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const own = Object.fromEntries(env.map(({ name, value }) => [name, value]));
  const { stdout } = await promisify(execFile)(command, args, { env: { ...environment, ...own } });
  const { status } = JSON.parse(stdout) as { status?: { token?: string } };
  if (status?.token !== undefined) return status.token;
  throw new MeshbedError('environment/kubeconfig-plugin', `${command} printed no token`, {
    next: `${command} ${args.join(' ')}`,
  });
}

const wrong = (file: string, why: string) =>
  new MeshbedError('user/kubeconfig', `the kubeconfig ${file} can't be used: ${why}`, {
    next: `kubectl --kubeconfig ${file} config get-contexts`,
  });
