/** Who makes a call. */
export type Principal = User | RoleSession | AwsService;

interface Identity {
  account: string;
  /** As GetCallerIdentity shows it and as error messages name it. */
  arn: string;
  /** Unique id: `AIDA…` of a user, `AROA…:session` of a role session. */
  userId: string;
  /** Tags of the user, or of the role overlaid with the session's. */
  tags: ReadonlyMap<string, string>;
}

export interface User extends Identity {
  kind: 'user';
  name: string;
}

export interface RoleSession extends Identity {
  kind: 'role-session';
  roleName: string;
  roleArn: string;
  /** Unique id of the role that was assumed: a role of the same name made later is another one. */
  roleId: string;
  sessionName: string;
  transitiveTagKeys: readonly string[];
  /** JSON documents passed to AssumeRole; they only narrow. */
  sessionPolicies: readonly string[];
  sourceIdentity?: string;
}

/** A service of AWS acting in an account through its service-linked role. Only inside this process. */
export interface AwsService extends Identity {
  kind: 'service';
  /** `eks.amazonaws.com`. */
  service: string;
}

export const serviceOf = (account: string, service: string): AwsService => {
  const role = `AWSServiceRoleFor${service.split('.')[0] ?? service}`;
  return {
    kind: 'service',
    account,
    service,
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${service}`,
    userId: service,
    tags: new Map(),
  };
};
