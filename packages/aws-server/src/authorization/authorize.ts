import { type Decision, evaluate, type RequestPrincipal } from '@meshbed/policy/iam';
import type { AwsService, Principal, RoleSession, User } from '../accounts/index.ts';
import type { World } from '../context.ts';
import { AwsError } from '../errors.ts';
import type { Protocol } from '../wire/index.ts';
import { policiesOf } from './policies.ts';

/** How the evaluator names a caller. */
export const requestPrincipal = (principal: User | RoleSession): RequestPrincipal => ({
  arn: principal.arn,
  account: principal.account,
  id: principal.userId,
  tags: Object.fromEntries(principal.tags),
  ...(principal.kind === 'role-session' ? { roleArn: principal.roleArn } : {}),
});

/** Checks a caller's permissions. Services act through service-linked roles, which allow what they do. */
export function authorizer({ stores, log, region }: Pick<World, 'stores' | 'log' | 'region'>): World['authorize'] {
  return (principal, checks, protocol = 'query') => {
    if (isService(principal) || checks.length === 0) return;
    const policies = policiesOf(stores, principal);
    for (const { action, resource, context = {} } of checks) {
      const request = { principal: requestPrincipal(principal), action, resource, ...ownership(principal, resource) };
      const decision = evaluate({ ...request, context: { 'aws:RequestedRegion': region, ...context } }, policies);
      if (decision.effect === 'allow') continue;
      log.write('iam', 'denied', { principal: principal.arn, action, resource, reason: decision.reason });
      throw accessDenied(protocol, decision);
    }
  };
}

/** AWS's own managed policies are everybody's. */
const ownership = ({ account }: Principal, resource: string) =>
  resource.startsWith('arn:aws:iam::aws:') ? { resourceAccount: account } : {};

const isService = (principal: Principal): principal is AwsService => principal.kind === 'service';

const codes: Readonly<Record<Protocol, readonly [name: string, status: number]>> = {
  ec2: ['UnauthorizedOperation', 403],
  query: ['AccessDenied', 403],
  json: ['AccessDeniedException', 400],
  rest: ['AccessDeniedException', 403],
};

/** AWS's answer to who lacks a permission, in the form of the protocol. */
export function accessDenied(protocol: Protocol, { message }: Extract<Decision, { effect: 'deny' }>): AwsError {
  const [name, status] = codes[protocol];
  const prefix = protocol === 'ec2' ? 'You are not authorized to perform this operation. ' : '';
  return new AwsError(name, prefix + message, { status });
}
