import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AzFailure } from './failure.ts';

export interface Account {
  id: string;
  name: string;
  state: string;
  isDefault: boolean;
  tenantId: string;
  homeTenantId?: string;
  managedByTenants?: object[];
  environmentName: string;
  user: { name: string; type: string };
}

export interface Login {
  tenant: string;
  client_id: string;
  client_secret: string;
}

export interface Cloud {
  name: string;
  endpoint_resource_manager: string;
  endpoint_active_directory: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder that az keeps its logins in; the stand-in and the real az can take turns. */
export class Configuration {
  readonly folder: string;
  readonly ca: string | undefined;
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
    this.folder = environment['AZURE_CONFIG_DIR'] ?? join(homedir(), '.azure');
    const bundle = environment['REQUESTS_CA_BUNDLE'];
    this.ca = bundle === undefined || bundle === '' ? undefined : readFileSync(bundle, 'utf8');
  }

  /** @throws AzFailure when the active cloud is not one that was registered: this program never speaks to the real one */
  cloud(): Cloud {
    const name = this.#environment['AZURE_CLOUD_NAME'] ?? this.#sections('config')['cloud']?.['name'] ?? 'AzureCloud';
    const found = this.#sections('clouds.config')[name];
    const { endpoint_resource_manager: manager, endpoint_active_directory: authority } = found ?? {};
    if (manager !== undefined && authority !== undefined)
      return { name, endpoint_resource_manager: manager, endpoint_active_directory: authority };
    throw new AzFailure(
      `The cloud '${name}' is not registered in ${this.folder}. This az only stands in for the Azure CLI inside a sandbox: use meshbed sandbox exec, or install the Azure CLI.`,
    );
  }

  accounts(): Account[] {
    const { name } = this.cloud();
    const { subscriptions = [] } = (this.#json('azureProfile.json') ?? {}) as { subscriptions?: Account[] };
    return subscriptions.filter(({ environmentName }) => environmentName === name);
  }

  /** By id or name, else the default one. @throws AzFailure */
  account(wanted: string | undefined): Account {
    const all = this.accounts();
    if (wanted === undefined) {
      const usual = all.find(({ isDefault }) => isDefault);
      if (usual) return usual;
      throw new AzFailure("Please run 'az login' to setup account.");
    }
    const found = all.find(({ id, name }) => [id, name].some((each) => each.toLowerCase() === wanted.toLowerCase()));
    if (found) return found;
    throw new AzFailure(`Subscription '${wanted}' not found. Check the spelling and casing and try again.`);
  }

  /** @throws AzFailure */
  login({ user }: Account): Login {
    const logins = (this.#json('service_principal_entries.json') ?? []) as Login[];
    const found = logins.find((each) => each.client_id === user.name);
    if (found) return found;
    throw new AzFailure(
      `Could not retrieve credential from local cache for service principal ${user.name}. Run \`az login\` for this service principal.`,
    );
  }

  writeAccounts(subscriptions: readonly Account[]): void {
    this.#write('azureProfile.json', { subscriptions });
  }

  writeLogin(login: Login): void {
    this.#write('service_principal_entries.json', [login]);
  }

  #write(name: string, content: unknown): void {
    const file = join(this.folder, name);
    writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  /** az writes a byte order mark. */
  #json(name: string): unknown {
    const content = this.#read(name);
    return content === undefined ? undefined : JSON.parse(content.replace(/^\uFEFF/, ''));
  }

  #sections(name: string): Record<string, Record<string, string>> {
    const sections: Record<string, Record<string, string>> = {};
    let current: Record<string, string> = {};
    for (const line of (this.#read(name) ?? '').split('\n')) {
      const [, section] = /^\[(.+)\]$/.exec(line.trim()) ?? [];
      if (section !== undefined) current = sections[section] = {};
      const [, key, value] = /^([\w-]+)\s*=\s*(.*)$/.exec(line.trim()) ?? [];
      if (key !== undefined) current[key] = value ?? '';
    }
    return sections;
  }

  #read(name: string): string | undefined {
    const file = join(this.folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }
}
