import { type Clock, MeshbedError } from '@meshbed/core';

export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

export type CredentialsSource = () => Promise<AwsCredentials>;

/** As the SDK does: credentials are renewed only when they have less than this left. */
const earlyMs = 5 * 60_000;

/**
 * Keeps credentials until shortly before they expire. A role that changes at the source meanwhile is not noticed: that is
 * how a process with credentials of an association that was repointed behaves.
 */
export class CachedCredentials {
  readonly #source: CredentialsSource;
  readonly #clock: Clock;
  #current: AwsCredentials | undefined;
  #pending: Promise<AwsCredentials> | undefined;
  #takenAtMs: number | undefined;

  constructor(source: CredentialsSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** When the credentials in use were taken. */
  get takenAtMs(): number | undefined {
    return this.#takenAtMs;
  }

  get expiresAtMs(): number | undefined {
    return this.#current?.expiration?.getTime();
  }

  readonly get: CredentialsSource = async () => {
    const left = (this.expiresAtMs ?? Number.POSITIVE_INFINITY) - this.#clock.now();
    if (this.#current && left > earlyMs) return this.#current;
    this.#pending ??= this.#renew().finally(() => (this.#pending = undefined));
    return this.#pending;
  };

  async #renew(): Promise<AwsCredentials> {
    this.#current = await this.#source();
    this.#takenAtMs = this.#clock.now();
    return this.#current;
  }
}

interface ContainerCredentials {
  AccessKeyId?: string;
  SecretAccessKey?: string;
  Token?: string;
  Expiration?: string;
}

/** The document that Pod Identity and ECS give to containers. @throws MeshbedError when it is not complete. */
export function parseContainerCredentials(body: string): AwsCredentials {
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = JSON.parse(body) as ContainerCredentials;
  if (AccessKeyId === undefined || SecretAccessKey === undefined) {
    throw new MeshbedError('cloud/no-credentials', 'the container credentials endpoint gave no keys');
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(Token === undefined ? {} : { sessionToken: Token }),
    ...(Expiration === undefined ? {} : { expiration: new Date(Expiration) }),
  };
}
