import { type Clock, messageOf } from '@meshbed/core';
import { type AwsAccess, CachedCredentials, type CredentialsSource } from '../../aws/index.ts';
import type { KubeApi } from '@meshbed/kube-client';
import type { EcsAccount } from '../mesh-config.ts';
import { EcsDiscovery, type EcsStatus } from './discovery.ts';

export interface EcsRunnerOptions {
  api: KubeApi;
  access: AwsAccess;
  credentials: CredentialsSource;
  clock: Clock;
  intervalMs: number;
  log: (level: 'info' | 'warn' | 'error', message: string) => void;
  signal: AbortSignal;
}

/** Runs discovery for the accounts of the current mesh configuration. */
export class EcsRunner {
  readonly #options: EcsRunnerOptions;
  /** Shared by all configurations: only a restart takes new credentials before the old ones expire. */
  readonly #own: CachedCredentials;
  #discovery: EcsDiscovery | undefined;
  #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: EcsRunnerOptions) {
    this.#options = options;
    this.#own = new CachedCredentials(options.credentials, options.clock);
  }

  get status(): EcsStatus {
    const nothing = { accounts: [], credentials: { takenAt: undefined, expiresAt: undefined }, problems: [] };
    return this.#discovery?.status ?? nothing;
  }

  configure(accounts: readonly EcsAccount[]): void {
    const { log, signal } = this.#options;
    this.#stop.abort();
    this.#stop = new AbortController();
    const discovery = new EcsDiscovery({ ...this.#options, own: this.#own, accounts });
    const ending = AbortSignal.any([signal, this.#stop.signal]);
    this.#discovery = discovery;
    // One after the other: two of them would undo each other's objects.
    this.#running = this.#running
      .then(() => discovery.run(ending))
      .catch((error: unknown) => log('error', `ecs: ${messageOf(error)}`));
  }

  /** Cuts requests that are under way; resolves when nothing runs any more. */
  async stopped(): Promise<void> {
    this.#options.access.requestHandler.destroy();
    await this.#running;
  }
}
