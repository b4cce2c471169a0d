import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quoted, writeStandIns } from '../stand-ins/index.ts';
import { azConfiguration, azureEnvironment } from '../azure/configuration.ts';
import type { AzureProfile } from '../azure/profile.ts';
import { editKubeconfig, type KubeconfigEntry } from './kubeconfig.ts';

/** An account as the user's tools see it. */
export interface AccountProfile {
  profile: string;
  accountId: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** What of a sandbox its environment tells. */
export interface Surroundings {
  region: string;
  /** The one that is used unless another is named. */
  profile: string;
  endpoint: string;
  azure: AzureProfile;
}

/**
 * The instance's own folder: AWS and Azure configuration, kubeconfig, CA bundle and the environment that points tools at them.
 * The user's own files are never touched.
 */
export class InstanceDirectory implements Disposable {
  readonly path: string;

  constructor(parent: string = tmpdir()) {
    mkdirSync(parent, { recursive: true });
    this.path = mkdtempSync(join(parent, 'meshbed-'));
    for (const folder of ['containers', 'bin', 'home', 'azure']) mkdirSync(join(this.path, folder));
    writeStandIns(this.bin);
    this.#write('kubeconfig', editKubeconfig(undefined, {}), 0o600);
  }

  /** Commands that the sandbox stands in for; belongs first on the PATH. */
  get bin(): string {
    return this.file('bin');
  }

  file(name: string): string {
    return join(this.path, name);
  }

  writeAws(accounts: readonly AccountProfile[], { region, endpoint }: { region: string; endpoint: string }): void {
    const named = withDefault(accounts);
    const config = named.map(({ profile }) =>
      [
        `[${section(profile)}]`,
        `region = ${region}`,
        'output = json',
        `endpoint_url = ${endpoint}`,
        'cli_pager =',
        '',
      ].join('\n'),
    );
    const credentials = named.map(({ profile, accessKeyId, secretAccessKey }) =>
      [`[${profile}]`, `aws_access_key_id = ${accessKeyId}`, `aws_secret_access_key = ${secretAccessKey}`, ''].join(
        '\n',
      ),
    );
    this.#write('aws-config', config.join('\n'));
    this.#write('aws-credentials', credentials.join('\n'), 0o600);
  }

  /** What az finds in AZURE_CONFIG_DIR. */
  writeAzure(azure: AzureProfile): void {
    for (const [name, content] of Object.entries(azConfiguration(azure))) this.#write(`azure/${name}`, content, 0o600);
  }

  writeCertificateAuthority(pem: string): void {
    this.#write('ca.pem', pem);
  }

  /** The variables that make aws, kubectl, istioctl and SDKs use this instance. */
  environment({ region, profile, endpoint, azure }: Surroundings): Record<string, string> {
    return {
      AWS_CONFIG_FILE: this.file('aws-config'),
      AWS_SHARED_CREDENTIALS_FILE: this.file('aws-credentials'),
      AWS_PROFILE: profile,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL: endpoint,
      AWS_CA_BUNDLE: this.file('ca.pem'),
      AWS_PAGER: '',
      REQUESTS_CA_BUNDLE: this.file('ca.pem'),
      NODE_EXTRA_CA_CERTS: this.file('ca.pem'),
      KUBECONFIG: this.file('kubeconfig'),
      KUBECACHEDIR: this.file('home/.kube/cache'),
      ...azureEnvironment(this.file('azure'), azure),
      MESHBED_INSTANCE: this.path,
    };
  }

  writeEnvironment(variables: Readonly<Record<string, string>>): void {
    this.#write('env.sh', shellLines(variables, this.bin), 0o600);
    this.#write('env.json', `${JSON.stringify(variables, null, 2)}\n`, 0o600);
  }

  /** Beside what others, such as `aws eks update-kubeconfig`, wrote into the file. */
  addContext(context: KubeconfigEntry): void {
    this.#editKubeconfig({ add: context });
  }

  removeContext(name: string): void {
    this.#editKubeconfig({ remove: name });
  }

  #editKubeconfig(change: Parameters<typeof editKubeconfig>[1]): void {
    this.#write('kubeconfig', editKubeconfig(readFileSync(this.file('kubeconfig'), 'utf8'), change), 0o600);
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

/** The first account's profile is the default one, too. */
function withDefault(accounts: readonly AccountProfile[]): AccountProfile[] {
  const [first] = accounts;
  const named = accounts.some(({ profile }) => profile === 'default');
  return first && !named ? [{ ...first, profile: 'default' }, ...accounts] : [...accounts];
}

/** What a POSIX shell reads to work with the sandbox: its variables, and its commands before those of the machine. */
export function shellLines(variables: Readonly<Record<string, string>>, bin: string): string {
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`);
  return `${[...lines, `export PATH=${quoted(bin)}:"$PATH"`].join('\n')}\n`;
}
