import { createHash, createPublicKey, generateKeyPair, type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '@meshbed/core';
import type { Application } from './directory.ts';

/** What a token says; names as in Entra's v1.0 access tokens. */
export interface Claims {
  aud: string;
  iss: string;
  iat: number;
  nbf: number;
  exp: number;
  appid: string;
  oid: string;
  sub: string;
  tid: string;
  [other: string]: unknown;
}

export const tokenLifetimeS = 3599;

export type Verification = { valid: true; claims: Claims } | { valid: false; expired?: Claims };

/** Issues and checks access tokens (JWT, RS256). The key is made when the first token is asked for. */
export class TokenAuthority {
  readonly #clock: Clock;
  #keys: Promise<KeyObject> | undefined;
  #public: KeyObject | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async issue({ clientId, objectId, tenant }: Application, audience: string): Promise<string> {
    const key = await this.#key();
    const now = Math.floor(this.#clock.now() / 1000);
    const claims: Claims = {
      aud: audience,
      iss: issuerOf(tenant),
      iat: now,
      nbf: now,
      exp: now + tokenLifetimeS,
      appid: clientId,
      appidacr: '1',
      idtyp: 'app',
      oid: objectId,
      sub: objectId,
      tid: tenant,
      ver: '1.0',
    };
    const content = `${base64({ typ: 'JWT', alg: 'RS256', kid: this.#keyId() })}.${base64(claims)}`;
    return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`;
  }

  verify(token: string): Verification {
    const [header = '', payload = '', signature = ''] = token.split('.');
    const isOurs =
      this.#public !== undefined &&
      verify('sha256', Buffer.from(`${header}.${payload}`), this.#public, Buffer.from(signature, 'base64url'));
    if (!isOurs) return { valid: false };
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
    return claims.exp * 1000 > this.#clock.now() ? { valid: true, claims } : { valid: false, expired: claims };
  }

  /** The key set that others check tokens with. */
  async keySet(): Promise<{ keys: object[] }> {
    await this.#key();
    return { keys: [{ ...this.#public?.export({ format: 'jwk' }), kid: this.#keyId(), use: 'sig', alg: 'RS256' }] };
  }

  async #key(): Promise<KeyObject> {
    this.#keys ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 }).then(({ privateKey }) => privateKey);
    const key = await this.#keys;
    this.#public ??= createPublicKey(key);
    return key;
  }

  #keyId(): string {
    const der = this.#public?.export({ type: 'spki', format: 'der' }) ?? Buffer.alloc(0);
    return createHash('sha1').update(der).digest('base64url');
  }
}

export const issuerOf = (tenant: string): string => `https://sts.windows.net/${tenant}/`;

const base64 = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
