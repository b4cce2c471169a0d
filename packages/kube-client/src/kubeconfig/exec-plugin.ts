import { type Clock, MeshbedError, messageOf } from '@meshbed/core';
import type { Credential } from '../connection.ts';
import type { RunCommand } from './command.ts';
import type { ClusterConfig } from './file.ts';

/** `users[].user.exec` of a kubeconfig, as `aws eks update-kubeconfig` writes it. */
export interface ExecConfig {
  apiVersion: string;
  command: string;
  args?: string[] | null;
  env?: { name: string; value: string }[] | null;
  installHint?: string;
  interactiveMode?: 'Never' | 'IfAvailable' | 'Always';
  provideClusterInfo?: boolean;
}

export interface ExecPluginOptions {
  config: ExecConfig;
  cluster: ClusterConfig & { certificateAuthority: string | undefined };
  /** Of the process; the plugin's own come on top. */
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  run: RunCommand;
}

interface ExecCredential {
  apiVersion?: string;
  kind?: string;
  status?: {
    token?: string;
    clientCertificateData?: string;
    clientKeyData?: string;
    expirationTimestamp?: string;
  };
}

const versions = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

/**
 * A credential that a command prints as an ExecCredential (client.authentication.k8s.io). It is kept until it expires,
 * or until the server refuses it.
 */
export class ExecPlugin {
  readonly #options: ExecPluginOptions;
  #current: Promise<Credential> | undefined;
  #expiresAtMs = Number.POSITIVE_INFINITY;

  /** @throws MeshbedError for a version or a mode that is not supported */
  constructor(options: ExecPluginOptions) {
    this.#options = options;
    const { apiVersion, command, interactiveMode } = options.config;
    if (!versions.includes(apiVersion)) {
      throw new MeshbedError('user/kubeconfig-unsupported', `exec plugin ${command}: ${apiVersion} is not supported`, {
        next: `write the kubeconfig anew, with ${versions[0]}`,
      });
    }
    if (interactiveMode === 'Always')
      throw new MeshbedError('user/kubeconfig-unsupported', `exec plugin ${command} asks questions on a terminal`, {
        likely: 'its interactiveMode is Always; here it runs in the background',
      });
  }

  /** @throws MeshbedError `environment/exec-plugin`, `cloud/exec-plugin` */
  readonly credential = (): Promise<Credential> => {
    if (this.#options.clock.now() >= this.#expiresAtMs) this.forget();
    this.#current ??= this.#ask().catch((error: unknown) => {
      this.forget();
      throw error;
    });
    return this.#current;
  };

  readonly forget = (): void => {
    this.#current = undefined;
    this.#expiresAtMs = Number.POSITIVE_INFINITY;
  };

  async #ask(): Promise<Credential> {
    const { config, run } = this.#options;
    const { command, args } = config;
    const { exitCode, stdout, stderr } = await run(command, args ?? [], this.#environment()).catch((cause: unknown) => {
      throw new MeshbedError('environment/exec-plugin', `can't start ${command}, which logs in to the cluster`, {
        cause,
        next: config.installHint ?? `install ${command}, or put its folder on PATH`,
      });
    });
    if (exitCode !== 0)
      throw failed(config, `failed with exit code ${exitCode}: ${stderr.trim() || stdout.trim() || 'it says nothing'}`);
    const { token, clientCertificateData, clientKeyData, expirationTimestamp } = parsed(config, stdout);
    if (expirationTimestamp !== undefined) this.#expiresAtMs = Date.parse(expirationTimestamp);
    const certificate = clientCertificateData !== undefined && clientKeyData !== undefined;
    if (token === undefined && !certificate)
      throw failed(config, 'gave neither a token nor a certificate with its key');
    return {
      token,
      ...(certificate ? { clientCertificate: { cert: clientCertificateData, key: clientKeyData } } : {}),
    };
  }

  /** Plugins read the wanted version, and the cluster when asked for, from KUBERNETES_EXEC_INFO. */
  #environment(): Record<string, string | undefined> {
    const { config, cluster, env } = this.#options;
    const { apiVersion, provideClusterInfo = false } = config;
    const spec = { interactive: false, ...(provideClusterInfo ? { cluster: clusterInfo(cluster) } : {}) };
    const own = Object.fromEntries((config.env ?? []).map(({ name, value }) => [name, value]));
    return { ...env, ...own, KUBERNETES_EXEC_INFO: JSON.stringify({ apiVersion, kind: 'ExecCredential', spec }) };
  }
}

const clusterInfo = (cluster: ExecPluginOptions['cluster']): object => ({
  server: cluster.server,
  'tls-server-name': cluster['tls-server-name'],
  'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'],
  'certificate-authority-data':
    cluster.certificateAuthority && Buffer.from(cluster.certificateAuthority).toString('base64'),
  config: cluster.extensions?.find(({ name }) => name === 'client.authentication.k8s.io/exec')?.extension,
});

function parsed(config: ExecConfig, stdout: string): NonNullable<ExecCredential['status']> {
  let answer: ExecCredential;
  try {
    answer = JSON.parse(stdout) as ExecCredential;
  } catch (cause) {
    throw failed(config, `did not print JSON: ${messageOf(cause)}`);
  }
  if (answer.kind !== 'ExecCredential' || answer.apiVersion !== config.apiVersion)
    throw failed(config, `printed ${answer.apiVersion} ${answer.kind} instead of ${config.apiVersion} ExecCredential`);
  return answer.status ?? {};
}

function failed({ command, args }: ExecConfig, what: string): MeshbedError {
  const line = [command, ...(args ?? [])].join(' ');
  return new MeshbedError('cloud/exec-plugin', `${command}, which logs in to the cluster, ${what}`, {
    object: line,
    next: `run it yourself: ${line}`,
  });
}
