import { AzureError, servicePrincipalTokens, createAzureClient, type AzureClient } from '@meshbed/clients/azure';
import { findCause, MeshbedError, type Clock, until, ready, waiting } from '@meshbed/core';
import { type Account, Configuration, type Login } from './configuration.ts';
import { AzFailure } from './failure.ts';

export interface Place {
  clock: Clock;
  environment: Readonly<Record<string, string | undefined>>;
}

/** One run of the command: who is logged in, and where. */
export class Session implements Disposable {
  readonly configuration: Configuration;
  readonly clock: Clock;
  readonly environment: Place['environment'];
  #client: AzureClient | undefined;

  constructor({ clock, environment }: Place) {
    this.clock = clock;
    this.environment = environment;
    this.configuration = new Configuration(environment);
  }

  client(subscription: string | undefined): AzureClient {
    if (this.#client) return this.#client;
    const account = this.configuration.account(subscription);
    return (this.#client = this.clientOf(account.id, this.configuration.login(account)));
  }

  clientOf(subscription: Account['id'], { tenant, client_id: clientId, client_secret: secret }: Login): AzureClient {
    const { ca } = this.configuration;
    const { endpoint_resource_manager: endpoint, endpoint_active_directory: directory } = this.configuration.cloud();
    const authority = directory.replace(/\/adfs$/, '');
    const trusted = ca === undefined ? {} : { ca };
    const token = servicePrincipalTokens(this.clock, { authority, tenant, clientId, proof: { secret }, ...trusted });
    return createAzureClient({ subscription, token, endpoint, ...trusted }, { clock: this.clock });
  }

  /** Asks until `look` gives something. */
  async poll<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    const backoff = { firstMs: 50, factor: 1.5, maxMs: 10_000 };
    const options = { clock: this.clock, what, timeoutMs: 3_600_000, backoff };
    return until(async () => {
      const found = await look();
      return found === undefined ? waiting(what) : ready(found);
    }, options);
  }

  [Symbol.dispose](): void {
    this.#client?.[Symbol.dispose]();
  }
}

/** In az's words and with its exit code. */
export function failureOf(error: unknown): AzFailure {
  if (error instanceof AzFailure) return error;
  if (error instanceof AzureError) {
    const text = `(${error.Code}) ${error.message}\nCode: ${error.Code}\nMessage: ${error.message}`;
    return new AzFailure(text, error.status === 404 ? 3 : 1);
  }
  const login = findCause(error, MeshbedError);
  if (login?.code === 'user/not-logged-in')
    return new AzFailure(`${login.likely}\nInteractive authentication is needed. Please run:\naz login`);
  return new AzFailure((error as Error).message);
}
