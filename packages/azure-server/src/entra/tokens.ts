import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto';
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

/** Raw r and s, as JOSE has them. */
const dsaEncoding = 'ieee-p1363';

/** Issues and checks access tokens: JWTs, with ES256 instead of Entra's RS256, whose keys take long to make. */
export class TokenAuthority {
  readonly #clock: Clock;
  readonly #keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue({ clientId, objectId, tenant }: Application, audience: string): string {
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
    const content = `${base64({ typ: 'JWT', alg: 'ES256', kid: this.#keyId() })}.${base64(claims)}`;
    const signature = sign('sha256', Buffer.from(content), { key: this.#keys.privateKey, dsaEncoding });
    return `${content}.${signature.toString('base64url')}`;
  }

  verify(token: string): Verification {
    const [header = '', payload = '', signature = ''] = token.split('.');
    const key = { key: this.#keys.publicKey, dsaEncoding } as const;
    const isOurs = verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'));
    if (!isOurs) return { valid: false };
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
    return claims.exp * 1000 > this.#clock.now() ? { valid: true, claims } : { valid: false, expired: claims };
  }

  /** The key set that others check tokens with. */
  keySet(): { keys: object[] } {
    const key = this.#keys.publicKey.export({ format: 'jwk' });
    return { keys: [{ ...key, kid: this.#keyId(), use: 'sig', alg: 'ES256' }] };
  }

  #keyId(): string {
    const der = this.#keys.publicKey.export({ type: 'spki', format: 'der' });
    return createHash('sha1').update(der).digest('base64url');
  }
}

export const issuerOf = (tenant: string): string => `https://sts.windows.net/${tenant}/`;

const base64 = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
