/** What is asked: who wants to do what, on which resource, in which circumstances. */

export interface AwsPrincipal {
  /** `arn:aws:iam::A:user/NAME` or `arn:aws:sts::A:assumed-role/ROLE/SESSION`. */
  arn: string;
  account: string;
  /** A session's role with its path, which the session's ARN drops. Derived from it (without path) when missing. */
  roleArn?: string;
  /** `AIDA…` or `AROA…`: what a trust policy keeps in place of the ARN of a user or role. */
  id?: string;
  /** Tags of the user or role, and of the session. */
  tags?: Readonly<Record<string, string>>;
}

export type RequestPrincipal = AwsPrincipal | { service: string } | { federated: string };

export type ContextValue = string | number | boolean | readonly string[];

export interface AccessRequest {
  principal: RequestPrincipal;
  /** `ec2:DescribeVpcs` */
  action: string;
  /** An ARN, or `*` for actions without one. */
  resource: string;
  /** Owner of a resource whose ARN has no account; a resource without owner is the caller's. */
  resourceAccount?: string;
  /** Condition keys beyond those that follow from principal and resource (`aws:PrincipalArn` and its kin). */
  context?: Readonly<Record<string, ContextValue>>;
}

export function isAwsPrincipal(principal: RequestPrincipal): principal is AwsPrincipal {
  return 'arn' in principal;
}

/** `arn:aws:sts::A:assumed-role/ROLE/SESSION`, in parts. */
const assumedRole = /^arn:(aws[\w-]*):sts::(\d{12}):assumed-role\/([^/]+)\/(.+)$/;

/** The identity that policies name: the role behind a session, or the user itself. */
export function identityArn(principal: AwsPrincipal): string {
  const [, partition, account, role] = assumedRole.exec(principal.arn) ?? [];
  if (role === undefined) return principal.arn;
  return principal.roleArn ?? `arn:${partition}:iam::${account}:role/${role}`;
}

/** How AWS's messages name the caller. */
export function principalName(principal: RequestPrincipal): string {
  if (isAwsPrincipal(principal)) return principal.arn;
  return 'service' in principal ? principal.service : principal.federated;
}

export function ownerOf({ resource, resourceAccount }: AccessRequest): string | undefined {
  return resourceAccount ?? (resource.split(':')[4] || undefined);
}
