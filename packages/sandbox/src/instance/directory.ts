import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** An account as the user's tools see it. */
export interface AccountProfile {
  profile: string;
  accountId: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export interface ClusterContext {
  name: string;
  server: string;
  certificateAuthorityData: string;
  token: string;
}

/**
 * The instance's own folder: AWS configuration, kubeconfig, CA bundle and the environment that points tools at them.
 * The user's own files are never touched.
 */
export class InstanceDirectory implements Disposable {
  readonly path: string;
  readonly #contexts = new Map<string, ClusterContext>();

  constructor(parent: string = tmpdir()) {
    mkdirSync(parent, { recursive: true });
    this.path = mkdtempSync(join(parent, 'meshbed-'));
    for (const folder of ['containers', 'bin', 'home']) mkdirSync(join(this.path, folder));
    this.#writeKubeconfig();
  }

  file(name: string): string {
    return join(this.path, name);
  }

  writeAws(accounts: readonly AccountProfile[], { region, endpoint }: { region: string; endpoint: string }): void {
    const config = accounts.map(({ profile }) =>
      [
        `[${section(profile)}]`,
        `region = ${region}`,
        'output = json',
        `endpoint_url = ${endpoint}`,
        'cli_pager =',
        '',
      ].join('\n'),
    );
    const credentials = accounts.map(({ profile, accessKeyId, secretAccessKey }) =>
      [`[${profile}]`, `aws_access_key_id = ${accessKeyId}`, `aws_secret_access_key = ${secretAccessKey}`, ''].join(
        '\n',
      ),
    );
    this.#write('aws-config', config.join('\n'));
    this.#write('aws-credentials', credentials.join('\n'), 0o600);
  }

  writeCertificateAuthority(pem: string): void {
    this.#write('ca.pem', pem);
  }

  /** The variables that make aws, kubectl, istioctl and SDKs use this instance. */
  environment(region: string, profile: string): Record<string, string> {
    return {
      AWS_CONFIG_FILE: this.file('aws-config'),
      AWS_SHARED_CREDENTIALS_FILE: this.file('aws-credentials'),
      AWS_PROFILE: profile,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CA_BUNDLE: this.file('ca.pem'),
      NODE_EXTRA_CA_CERTS: this.file('ca.pem'),
      KUBECONFIG: this.file('kubeconfig'),
    };
  }

  writeEnvironment(variables: Readonly<Record<string, string>>): void {
    const lines = Object.entries(variables).map(
      ([name, value]) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`,
    );
    this.#write('env.sh', `${lines.join('\n')}\n`);
    this.#write('env.json', `${JSON.stringify(variables, null, 2)}\n`);
  }

  addContext(context: ClusterContext): void {
    this.#contexts.set(context.name, context);
    this.#writeKubeconfig();
  }

  removeContext(name: string): void {
    this.#contexts.delete(name);
    this.#writeKubeconfig();
  }

  /** JSON is YAML: every client reads it. */
  #writeKubeconfig(): void {
    const contexts = [...this.#contexts.values()];
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: contexts.map(({ name, server, certificateAuthorityData }) => ({
        name,
        cluster: { server, 'certificate-authority-data': certificateAuthorityData },
      })),
      users: contexts.map(({ name, token }) => ({ name, user: { token } })),
      contexts: contexts.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
      'current-context': contexts[0]?.name ?? '',
    };
    this.#write('kubeconfig', `${JSON.stringify(config, null, 2)}\n`, 0o600);
  }

  /** All or nothing: tools of the user may be reading it. */
  #write(name: string, content: string, mode = 0o644): void {
    const written = this.file(`${name}.new`);
    writeFileSync(written, content, { mode });
    renameSync(written, this.file(name));
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}

const section = (profile: string) => (profile === 'default' ? 'default' : `profile ${profile}`);
