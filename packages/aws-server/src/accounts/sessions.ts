import type { Clock, Ids } from '@meshbed/core';
import type { Credential, CredentialStore } from './credentials.ts';
import type { RoleSession } from './principals.ts';

/** A role as sessions need it. */
export interface AssumableRole {
  account: string;
  name: string;
  arn: string;
  /** Unique id, `AROA…`. */
  id: string;
  tags: ReadonlyMap<string, string>;
}

export interface SessionRequest {
  sessionName: string;
  ttlMs: number;
  tags?: ReadonlyMap<string, string>;
  transitiveTagKeys?: readonly string[];
  sessionPolicies?: readonly string[];
  sourceIdentity?: string;
}

/** A session's credentials; they name a principal of kind `role-session`. */
export type SessionCredential = Credential & { sessionToken: string; expiresAtMs: number; principal: RoleSession };

/** How long an ended session is still recognised as expired rather than unknown. */
const rememberMs = 24 * 3_600_000;

/** Temporary credentials of roles. It checks nothing: whoever issues has checked the trust policy. */
export class SessionStore {
  readonly #credentials: CredentialStore;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #findRole: (roleArn: string) => AssumableRole | undefined;

  constructor(
    credentials: CredentialStore,
    source: { clock: Clock; ids: Ids; findRole: (roleArn: string) => AssumableRole | undefined },
  ) {
    this.#credentials = credentials;
    this.#clock = source.clock;
    this.#ids = source.ids;
    this.#findRole = source.findRole;
  }

  /** Whether the role that was assumed is still there: one of the same name made later is another one. */
  roleExists({ roleArn, roleId }: RoleSession): boolean {
    return this.#findRole(roleArn)?.id === roleId;
  }

  /** @throws Error when no role has that ARN. */
  issue(roleArn: string, request: SessionRequest): SessionCredential {
    const role = this.#findRole(roleArn);
    if (!role) throw new Error(`no role ${roleArn}`);
    const nowMs = this.#clock.now();
    this.#credentials.prune(nowMs, rememberMs);
    const credential: SessionCredential = {
      accessKeyId: `ASIA${this.#ids.alphanumeric(16)}`,
      secretAccessKey: this.#ids.hex(40),
      sessionToken: `sandbox-session-${this.#ids.hex(96)}`,
      expiresAtMs: nowMs + request.ttlMs,
      principal: sessionOf(role, request),
    };
    this.#credentials.add(credential);
    return credential;
  }
}

function sessionOf(role: AssumableRole, request: SessionRequest): RoleSession {
  const { sessionName, tags = new Map<string, string>(), sourceIdentity } = request;
  return {
    kind: 'role-session',
    account: role.account,
    // The path of the role is not part of this ARN.
    arn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${sessionName}`,
    userId: `${role.id}:${sessionName}`,
    tags: new Map([...role.tags, ...tags]),
    roleName: role.name,
    roleArn: role.arn,
    roleId: role.id,
    sessionName,
    transitiveTagKeys: request.transitiveTagKeys ?? [],
    sessionPolicies: request.sessionPolicies ?? [],
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  };
}
