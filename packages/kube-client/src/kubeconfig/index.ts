import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Clock, systemClock } from '@meshbed/core';
import type { Connect } from '../agents.ts';
import { KubeApi } from '../api.ts';
import type { KubeConnectionOptions } from '../connection.ts';
import { type RunCommand, runCommand } from './command.ts';
import { ExecPlugin } from './exec-plugin.ts';
import { readKubeconfig, type UserConfig } from './file.ts';

export interface KubeconfigOptions {
  /** Default: the file's current context. */
  context?: string | undefined;
  connect?: Connect;
  /** For exec plugins: the environment they start from, when their credentials expire, how they are run. */
  env: Readonly<Record<string, string | undefined>>;
  clock?: Clock;
  run?: RunCommand;
}

/**
 * A cluster that a kubeconfig file names. Exec plugins run when the first request needs them.
 * @throws MeshbedError when the file names no such context, cluster or user, or asks for what is not supported.
 */
export async function fromKubeconfig(file: string, options: KubeconfigOptions): Promise<KubeApi> {
  const { cluster, user } = await readKubeconfig(file, options.context);
  const content = contentIn(dirname(file));
  const ca = content(cluster['certificate-authority'], cluster['certificate-authority-data']);
  const { env, connect, clock = systemClock, run = runCommand } = options;
  const plugin = () => {
    const config = user.exec && { ...user.exec, command: besideFile(file, user.exec.command) };
    return config && new ExecPlugin({ config, cluster: { ...cluster, certificateAuthority: ca }, env, clock, run });
  };
  return new KubeApi({
    server: cluster.server,
    connect,
    servername: cluster['tls-server-name'],
    ca,
    rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true,
    ...login(user, content, plugin),
  });
}

type Content = (path: string | undefined, data: string | undefined) => string | undefined;
type Login = Pick<KubeConnectionOptions, 'credential' | 'onUnauthorized'>;

/** As for kubectl: what the file itself holds comes before a plugin. */
function login(user: UserConfig, content: Content, plugin: () => ExecPlugin | undefined): Login {
  const cert = content(user['client-certificate'], user['client-certificate-data']);
  const key = content(user['client-key'], user['client-key-data']);
  const clientCertificate = cert !== undefined && key !== undefined ? { cert, key } : undefined;
  const { token, tokenFile } = user;
  if (tokenFile !== undefined)
    return { credential: () => ({ token: content(tokenFile, undefined)?.trim(), clientCertificate }) };
  const made = token === undefined && clientCertificate === undefined ? plugin() : undefined;
  if (made) return { credential: made.credential, onUnauthorized: made.forget };
  return { credential: () => ({ token, clientCertificate }) };
}

/** Files are named relative to the kubeconfig's folder. */
const contentIn =
  (folder: string): Content =>
  (path, data) => {
    if (data !== undefined) return Buffer.from(data, 'base64').toString();
    return path === undefined ? undefined : readFileSync(resolve(folder, path), 'utf8');
  };

/** A command with a slash is a file, named relative to the kubeconfig's folder; others are looked up on PATH. */
const besideFile = (file: string, command: string): string =>
  command.includes('/') ? resolve(dirname(file), command) : command;
