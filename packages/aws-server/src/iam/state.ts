/** What has policies: users and roles. */
export interface PolicyHolder {
  name: string;
  /** Unique id: never used again, also not for another one of the same name. */
  id: string;
  arn: string;
  tags: Map<string, string>;
  /** Name → JSON document. */
  inlinePolicies: Map<string, string>;
  /** ARNs of managed policies, in the order in which they were attached. */
  attachedPolicies: Set<string>;
}

export type IamUser = PolicyHolder;

export interface IamRole extends PolicyHolder {
  path: string;
  description?: string;
  createdAtMs: number;
  maxSessionSeconds: number;
  /** JSON; principals that named a role or user are stored by unique id. */
  trustPolicy: string;
  lastUsedAtMs?: number;
  permissionsBoundary?: string;
  /** As the rest of AWS knows it; absent while it does not know of the role. */
  known?: KnownRole;
}

/** What decides about a role; what was saved a moment ago does not yet. */
export type KnownRole = Pick<IamRole, 'trustPolicy' | 'inlinePolicies' | 'attachedPolicies'>;

export interface PolicyVersion {
  /** `v1` */
  id: string;
  document: string;
  createdAtMs: number;
}

export interface ManagedPolicy {
  name: string;
  id: string;
  arn: string;
  path: string;
  description?: string;
  createdAtMs: number;
  updatedAtMs: number;
  defaultVersion: string;
  /** Version ids are never used again. */
  nextVersion: number;
  versions: Map<string, PolicyVersion>;
  tags: Map<string, string>;
}

export interface OidcProvider {
  arn: string;
  /** Without the scheme. */
  url: string;
  clientIds: Set<string>;
  thumbprints: string[];
  createdAtMs: number;
  tags: Map<string, string>;
}

export interface InstanceProfile {
  name: string;
  id: string;
  arn: string;
  path: string;
  createdAtMs: number;
  roles: Set<string>;
  tags: Map<string, string>;
}

/** IAM of one account. */
export class IamState {
  readonly users: Map<string, IamUser> = new Map();
  readonly roles: Map<string, IamRole> = new Map();
  /** Customer-managed policies by ARN. */
  readonly policies: Map<string, ManagedPolicy> = new Map();
  /** By ARN. */
  readonly oidcProviders: Map<string, OidcProvider> = new Map();
  readonly instanceProfiles: Map<string, InstanceProfile> = new Map();
}
