import type { Principal } from './principals.ts';

/** An access key. Long-lived keys of users have no token and no end. */
export interface Credential {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiresAtMs?: number;
  principal: Principal;
}

/** Every access key of the sandbox: the key id alone tells account and principal. */
export class CredentialStore {
  readonly #byKey = new Map<string, Credential>();

  add(credential: Credential): Credential {
    this.#byKey.set(credential.accessKeyId, credential);
    return credential;
  }

  find(accessKeyId: string): Credential | undefined {
    return this.#byKey.get(accessKeyId);
  }

  /** Ends every session of an account; keys of users stay. */
  forgetSessions(account: string): void {
    for (const [key, { principal, sessionToken }] of this.#byKey) {
      if (principal.account === account && sessionToken !== undefined) this.#byKey.delete(key);
    }
  }

  /** Forgets sessions that ended more than `graceMs` ago, so that a long-lived sandbox does not grow. */
  prune(nowMs: number, graceMs: number): void {
    for (const [key, { expiresAtMs }] of this.#byKey) {
      if (expiresAtMs !== undefined && expiresAtMs + graceMs < nowMs) this.#byKey.delete(key);
    }
  }
}
