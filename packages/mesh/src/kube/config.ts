import { readFileSync } from 'node:fs';
import net, { type Socket } from 'node:net';
import { dirname, resolve } from 'node:path';
import { MeshbedError, type ProgramContext } from '@meshbed/core';
import { parse } from 'yaml';
import { KubeApi } from './api.ts';

const mounted = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The API of the cluster that a program's pod runs in, with the pod's service account.
 * @throws MeshbedError when the program does not run in a pod.
 */
export function inCluster(context: ProgramContext): KubeApi {
  const { env, network } = context;
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = Number(env['KUBERNETES_SERVICE_PORT'] ?? 443);
  const ca = context.readFile(`${mounted}/ca.crt`);
  if (host === undefined || ca === undefined) {
    throw new MeshbedError('environment/not-in-cluster', 'this program must run in a pod', {
      likely: 'KUBERNETES_SERVICE_HOST or the mounted service account is missing',
    });
  }
  return new KubeApi({
    dial: () => network.connect(host, port),
    servername: 'kubernetes.default.svc',
    authority: `${host}:${port}`,
    basePath: '',
    ca,
    token: () => context.readFile(`${mounted}/token`)?.trim(),
  });
}

interface Named {
  name: string;
}
interface Kubeconfig {
  'current-context'?: string;
  contexts?: (Named & { context: { cluster: string; user: string; namespace?: string } })[];
  clusters?: (Named & {
    cluster: {
      server: string;
      'certificate-authority'?: string;
      'certificate-authority-data'?: string;
      'tls-server-name'?: string;
    };
  })[];
  users?: (Named & { user: KubeconfigUser })[];
}
interface KubeconfigUser {
  token?: string;
  'client-certificate'?: string;
  'client-certificate-data'?: string;
  'client-key'?: string;
  'client-key-data'?: string;
  [other: string]: unknown;
}

export interface KubeconfigOptions {
  /** Default: the file's current context. */
  context?: string | undefined;
  dial?: (host: string, port: number) => Promise<Socket>;
}

/** @throws MeshbedError when the file names no such context, cluster or user, or a way to log in that is not supported. */
export function fromKubeconfig(file: string, { context, dial = connect }: KubeconfigOptions = {}): KubeApi {
  const config = parse(readFileSync(file, 'utf8')) as Kubeconfig;
  const chosen = named(config.contexts, context ?? config['current-context'], 'context', file).context;
  const { cluster } = named(config.clusters, chosen.cluster, 'cluster', file);
  const { user } = named(config.users, chosen.user, 'user', file);
  if (user['exec'] !== undefined || user['auth-provider'] !== undefined) {
    throw new MeshbedError('user/kubeconfig-login', `${file}: user ${chosen.user} logs in by a plugin`, {
      likely: 'only a token or a client certificate is supported here',
    });
  }
  const from = (path: string | undefined, data: string | undefined) =>
    data === undefined
      ? path && readFileSync(resolve(dirname(file), path), 'utf8')
      : Buffer.from(data, 'base64').toString();
  const { hostname, host, port, pathname } = new URL(cluster.server);
  const portNumber = port === '' ? 443 : Number(port);
  const cert = from(user['client-certificate'], user['client-certificate-data']);
  const key = from(user['client-key'], user['client-key-data']);
  return new KubeApi({
    dial: () => dial(hostname, portNumber),
    servername: cluster['tls-server-name'] ?? hostname,
    authority: host,
    basePath: pathname.replace(/\/$/, ''),
    ca: from(cluster['certificate-authority'], cluster['certificate-authority-data']),
    token: () => user.token,
    ...(cert !== undefined && key !== undefined ? { clientCertificate: { cert, key } } : {}),
  });
}

function named<T extends Named>(list: T[] | undefined, name: string | undefined, what: string, file: string): T {
  const found = list?.find((each) => each.name === name);
  if (!found) throw new MeshbedError('user/kubeconfig', `${file}: no ${what} ${name ?? '(current)'}`, { object: file });
  return found;
}

function connect(host: string, port: number): Promise<Socket> {
  return new Promise((connected, failed) => {
    const socket = net.connect({ host, port });
    socket.once('error', failed).once('connect', () => {
      socket.off('error', failed);
      connected(socket);
    });
  });
}
