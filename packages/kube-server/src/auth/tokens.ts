import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import type { Clock, Ids } from '@meshbed/core';
import { authenticatedGroup, type User } from './user.ts';

export interface TokenRequest {
  namespace: string;
  serviceAccount: string;
  serviceAccountUid?: string;
  audiences: readonly string[];
  ttlMs: number;
  /** Binds the token to a pod. */
  pod?: { name: string; uid: string };
}

/** What a valid service-account token says. */
export interface ServiceAccountIdentity {
  namespace: string;
  serviceAccount: string;
  serviceAccountUid: string;
  audiences: readonly string[];
  pod?: string;
  podUid?: string;
  expiresAtMs: number;
}

interface Claims {
  aud: string[];
  exp: number;
  iat: number;
  iss: string;
  jti: string;
  nbf: number;
  sub: string;
  'kubernetes.io': {
    namespace: string;
    serviceaccount: { name: string; uid: string };
    pod?: { name: string; uid: string };
  };
}

export const tokenIssuer = 'https://kubernetes.default.svc';
/** What tokens for the API server itself are made out to. */
export const apiAudience = 'https://kubernetes.default.svc';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Service-account tokens of one cluster: ES256 JWTs in the form of the TokenRequest API. */
export class TokenAuthority {
  readonly #key: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #clock: Clock;
  readonly #ids: Ids;

  constructor(clock: Clock, ids: Ids) {
    this.#key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    this.#publicKey = createPublicKey(this.#key);
    this.#clock = clock;
    this.#ids = ids;
  }

  issue(request: TokenRequest): string {
    const signed = `${encode({ alg: 'ES256', typ: 'JWT' })}.${encode(this.#claims(request))}`;
    const signature = sign('sha256', Buffer.from(signed), { key: this.#key, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }

  /** Undefined when it is not ours, expired, or not made out to `audience`. */
  verify(token: string, audience?: string): ServiceAccountIdentity | undefined {
    const claims = this.#verifiedClaims(token);
    if (!claims || claims.exp * 1000 <= this.#clock.now()) return undefined;
    if (audience !== undefined && !claims.aud.includes(audience)) return undefined;
    const { namespace, serviceaccount, pod } = claims['kubernetes.io'];
    return {
      namespace,
      serviceAccount: serviceaccount.name,
      serviceAccountUid: serviceaccount.uid,
      audiences: claims.aud,
      expiresAtMs: claims.exp * 1000,
      ...(pod ? { pod: pod.name, podUid: pod.uid } : {}),
    };
  }

  #claims({ namespace, serviceAccount, serviceAccountUid = '', audiences, ttlMs, pod }: TokenRequest): Claims {
    const seconds = Math.floor(this.#clock.now() / 1000);
    return {
      aud: [...audiences],
      exp: seconds + Math.floor(ttlMs / 1000),
      iat: seconds,
      iss: tokenIssuer,
      jti: this.#ids.uuid(),
      nbf: seconds,
      sub: `system:serviceaccount:${namespace}:${serviceAccount}`,
      'kubernetes.io': {
        namespace,
        serviceaccount: { name: serviceAccount, uid: serviceAccountUid },
        ...(pod ? { pod } : {}),
      },
    };
  }

  #verifiedClaims(token: string): Claims | undefined {
    const [header = '', payload = '', signature = '', ...rest] = token.split('.');
    if (rest.length > 0 || signature === '') return undefined;
    const key = { key: this.#publicKey, dsaEncoding: 'ieee-p1363' as const };
    const valid = verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'));
    return valid ? (JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims) : undefined;
  }
}

/** The user that a service-account token stands for. */
export function serviceAccountUser(identity: ServiceAccountIdentity): User {
  const { namespace, serviceAccount, serviceAccountUid, pod, podUid } = identity;
  const bound = 'authentication.kubernetes.io/pod';
  return {
    username: `system:serviceaccount:${namespace}:${serviceAccount}`,
    uid: serviceAccountUid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, authenticatedGroup],
    ...(pod && podUid ? { extra: { [`${bound}-name`]: [pod], [`${bound}-uid`]: [podUid] } } : {}),
  };
}
