/** Finds ECS services in the configured accounts and publishes them as ServiceEntry and WorkloadEntry objects. */
import { ECSClient } from '@aws-sdk/client-ecs';
import { type Clock, messageOf, signBy } from '@meshbed/core';
import { assumedRole, type AwsAccess, type CachedCredentials, clientOptions } from '../../aws/index.ts';
import type { KubeApi } from '@meshbed/kube-client';
import type { EcsAccount } from '../mesh-config.ts';
import { type KnownDefinitions, takeInventory } from './inventory.ts';
import { publish } from './publish.ts';
import { translate, type Translation } from './translate.ts';

export interface EcsDiscoveryOptions {
  accounts: readonly EcsAccount[];
  api: KubeApi;
  access: AwsAccess;
  /** Of istiod itself. */
  own: CachedCredentials;
  clock: Clock;
  intervalMs: number;
  log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

/** What happened last in one account and region, for `/debug/ecs`. */
export interface AccountStatus {
  role: string;
  domain: string;
  region: string;
  lastAttempt: string;
  lastSuccess: string | undefined;
  /** Of the last attempt; undefined when it went well. */
  error: string | undefined;
  clusters: readonly string[];
  services: number;
  tasks: number;
  tasksInMesh: number;
}

export interface EcsStatus {
  accounts: AccountStatus[];
  /** Of istiod's own credentials. */
  credentials: { takenAt: string | undefined; expiresAt: string | undefined };
  /** Malformed tags, and objects that could not be written. */
  problems: readonly string[];
}

interface Site {
  role: string;
  account: EcsAccount;
  region: string;
  client: ECSClient;
  status: AccountStatus;
  known: KnownDefinitions;
}

const sessionName = 'istiod-ecs-discovery';
/**
 * While nothing happens, many services must not keep it busy all the time: for each so many it rests an interval. Their
 * number counts, not the time that reading them took, so that a machine which is busy otherwise changes nothing.
 */
const servicesPerInterval = 10;

const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

export class EcsDiscovery {
  readonly #options: EcsDiscoveryOptions;
  readonly #sites: Site[];
  #problems: readonly string[] = [];
  readonly #logged = new Map<string, string>();

  constructor(options: EcsDiscoveryOptions) {
    this.#options = options;
    this.#sites = options.accounts.flatMap((account) => this.#sitesOf(account));
  }

  get status(): EcsStatus {
    const { takenAtMs, expiresAtMs } = this.#options.own;
    return {
      accounts: this.#sites.map(({ status }) => status),
      credentials: { takenAt: iso(takenAtMs), expiresAt: iso(expiresAtMs) },
      problems: this.#problems,
    };
  }

  /** Again and again; where a round has much to read and finds nothing new, it rests the longer. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, intervalMs, log } = this.#options;
    const names = this.#sites.map(({ role, account, region }) => `${role} (${account.domain}, ${region})`);
    log('info', `ecs: configured accounts: ${names.length === 0 ? 'none' : names.join('; ')}`);
    // Without accounts once, too: objects of accounts that are no longer configured go.
    do {
      const isQuiet = await this.discoverOnce().catch((error: unknown) => this.#report('kubernetes', messageOf(error)));
      const restMs = intervalMs * (isQuiet ? Math.max(1, this.#services / servicesPerInterval) : 1);
      await clock.sleep(this.#sites.length === 0 ? 0 : restMs, signal).catch(() => {});
    } while (!signal.aborted && this.#sites.length > 0);
  }

  /** Returns whether everything was as before. */
  async discoverOnce(): Promise<boolean> {
    const found = await Promise.all(this.#sites.map((site) => this.#read(site)));
    const translations = found.flatMap((each) => each ?? []);
    const failed = new Set(this.#sites.filter((_, index) => found[index] === undefined).map(({ role }) => role));
    const wanted = translations.flatMap(({ serviceEntry, workloadEntries }) => [serviceEntry, ...workloadEntries]);
    const { changes, problems: unwritten } = await publish(this.#options.api, wanted, failed);
    this.#problems = [...translations.flatMap(({ problems }) => problems), ...unwritten];
    for (const problem of this.#problems) this.#report(problem, problem, 'warn');
    this.#report('kubernetes', undefined);
    return changes === 0;
  }

  get #services(): number {
    return this.#sites.reduce((sum, { status }) => sum + status.services, 0);
  }

  #sitesOf(account: EcsAccount): Site[] {
    const { access, clock } = this.#options;
    const role = account.roleArn ?? 'default';
    const own = this.#options.own.get;
    const { roleArn } = account;
    const credentials =
      roleArn === undefined ? own : assumedRole({ access, credentials: own, roleArn, sessionName, clock }).get;
    const regions = account.regions.length === 0 ? [access.region] : account.regions;
    return regions.map((region) => ({
      role,
      account,
      region,
      client: signBy(clock, new ECSClient(clientOptions({ ...access, region }, credentials))),
      status: emptyStatus(role, account.domain, region),
      known: new Map(),
    }));
  }

  /** Undefined when the account could not be read. */
  async #read(site: Site): Promise<Translation[] | undefined> {
    const { role, account, region, client, status } = site;
    const lastAttempt = new Date(this.#options.clock.now()).toISOString();
    try {
      const { clusters, services } = await takeInventory(client, site.known);
      const tasks = services.flatMap((service) => service.tasks);
      const counts = {
        services: services.length,
        tasks: tasks.length,
        tasksInMesh: tasks.filter(({ inMesh }) => inMesh).length,
      };
      site.status = { ...status, lastAttempt, lastSuccess: lastAttempt, error: undefined, clusters, ...counts };
      this.#report(`${role} ${region}`, undefined);
      this.#announce(site);
      return services.map((service) => translate(service, { role, domain: account.domain, region }));
    } catch (error) {
      const message = `${(error as Error).name}: ${messageOf(error)}`;
      site.status = { ...status, lastAttempt, error: message };
      this.#logged.delete(`found ${role} ${region}`); // so that the log says when it works again
      this.#report(`${role} ${region}`, `account ${role} in ${region}: ${message}`);
      return undefined;
    }
  }

  #announce({ role, region, status: { clusters, services, tasks, tasksInMesh } }: Site): void {
    const line = `ecs: ${role} in ${region}: ${clusters.length} clusters, ${services} services, ${tasks} tasks (${tasksInMesh} in the mesh)`;
    const key = `found ${role} ${region}`;
    if (this.#logged.get(key) !== line) this.#options.log('info', line);
    this.#logged.set(key, line);
  }

  /** Logs a problem when it appears or changes, not every time that it is seen. */
  #report(key: string, message: string | undefined, level: 'warn' | 'error' = 'error'): void {
    if (message !== undefined && this.#logged.get(key) !== message) this.#options.log(level, `ecs: ${message}`);
    if (message === undefined) this.#logged.delete(key);
    else this.#logged.set(key, message);
  }
}

const emptyStatus = (role: string, domain: string, region: string): AccountStatus => ({
  role,
  domain,
  region,
  lastAttempt: '',
  lastSuccess: undefined,
  error: undefined,
  clusters: [],
  services: 0,
  tasks: 0,
  tasksInMesh: 0,
});
