import { type ContextValue, evaluate, type RequestPrincipal } from '@meshbed/policy/iam';
import type { Principal, SessionRequest } from '../accounts/index.ts';
import type { SessionCredential } from '../accounts/sessions.ts';
import type { World } from '../context.ts';
import { AwsError } from '../errors.ts';
import { roleByArn } from '../iam/roles.ts';
import type { IamRole } from '../iam/state.ts';
import { requestPrincipal } from './authorize.ts';
import { parsed, policiesOf } from './policies.ts';

export interface AssumeRoleRequest {
  roleArn: string;
  tags: ReadonlyMap<string, string>;
  transitiveTagKeys: readonly string[];
  /** Further condition keys: `sts:ExternalId`, `aws:SourceAccount`. */
  keys: Readonly<Record<string, ContextValue>>;
}

/**
 * Both the role's trust policy and the caller's own policies have to agree, also for passing tags.
 * @returns the role
 * @throws AwsError AccessDenied, the same whether the role refuses, is too new or does not exist.
 */
export function authorizeAssumeRole(world: World, principal: Principal, request: AssumeRoleRequest): IamRole {
  const caller = principal.kind === 'service' ? { service: principal.service } : requestPrincipal(principal);
  const own = principal.kind === 'service' ? { identityPolicies: [] } : policiesOf(world.stores, principal);
  const { roleArn } = request;
  const role = roleByArn(world.stores, roleArn);
  const policies = role?.known ? { ...own, resourcePolicy: parsed(role.known.trustPolicy) } : own;
  const context = { ...request.keys, ...tagContext(request) };
  for (const action of neededActions(request)) {
    const decision = evaluate({ principal: caller, action, resource: roleArn, context }, policies);
    if (decision.effect === 'allow') continue;
    const reason = role?.known ? decision.reason : role ? 'role not known yet' : 'no such role';
    world.log.write('iam', 'denied', { principal: nameOf(caller), action, resource: roleArn, reason });
    throw new AwsError('AccessDenied', decision.message, { status: 403 });
  }
  // Without a role there is no trust policy, and without one the evaluator never allows.
  return role as IamRole;
}

const neededActions = ({ tags, keys }: AssumeRoleRequest): string[] => [
  'sts:AssumeRole',
  ...(tags.size > 0 ? ['sts:TagSession'] : []),
  ...('sts:SourceIdentity' in keys ? ['sts:SetSourceIdentity'] : []),
];

const nameOf = (caller: RequestPrincipal) =>
  'arn' in caller ? caller.arn : 'service' in caller ? caller.service : caller.federated;

function tagContext({ tags, transitiveTagKeys }: AssumeRoleRequest): Record<string, ContextValue> {
  if (tags.size === 0) return {};
  return {
    ...Object.fromEntries([...tags].map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    'aws:TagKeys': [...tags.keys()],
    'sts:TransitiveTagKeys': [...transitiveTagKeys],
  };
}

export interface ServiceAssumption extends SessionRequest {
  /** `pods.eks.amazonaws.com`, `ecs-tasks.amazonaws.com` */
  service: string;
  roleArn: string;
  /** The resource on whose behalf: `aws:SourceArn`, its account `aws:SourceAccount`. */
  sourceArn: string;
}

/**
 * Temporary credentials of a role for one of AWS's own services, if its trust policy admits the service.
 * @throws AwsError AccessDenied
 */
export function assumeRoleAsService(world: World, request: ServiceAssumption): SessionCredential {
  const { service, roleArn, sourceArn, tags = new Map<string, string>(), transitiveTagKeys = [] } = request;
  const account = sourceArn.split(':')[4] ?? '';
  const principal = { kind: 'service', service, account, arn: service, userId: service, tags: new Map() } as const;
  const keys = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': account, 'sts:RoleSessionName': request.sessionName };
  authorizeAssumeRole(world, principal, { roleArn, tags, transitiveTagKeys, keys });
  return world.sessions.issue(roleArn, request);
}
