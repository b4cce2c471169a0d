import { listOf, type Principal, type Statement } from './document.ts';
import { type AwsPrincipal, identityArn, isAwsPrincipal, type RequestPrincipal } from './request.ts';

/**
 * How precisely a resource policy names the caller, the most precise first. Naming the account only delegates to its
 * identity policies; naming anything closer grants by itself within the account.
 */
export const grants = ['session', 'identity', 'anyone', 'account'] as const;
export type Grant = (typeof grants)[number];

/** How a statement's Principal or NotPrincipal takes in the caller; undefined when it doesn't. */
export function grantOf(
  { Principal: wanted, NotPrincipal: unwanted }: Statement,
  caller: RequestPrincipal,
): Grant | undefined {
  if (unwanted !== undefined) return matchPrincipal(unwanted, caller) === undefined ? 'anyone' : undefined;
  return wanted === undefined ? undefined : matchPrincipal(wanted, caller);
}

function matchPrincipal(wanted: Principal, caller: RequestPrincipal): Grant | undefined {
  if (wanted === '*') return 'anyone';
  if (isAwsPrincipal(caller)) {
    const found = new Set(listOf(wanted.AWS).map((name) => matchAws(name, caller)));
    return grants.find((grant) => found.has(grant));
  }
  const [names, name] = 'service' in caller ? [wanted.Service, caller.service] : [wanted.Federated, caller.federated];
  return listOf(names).includes(name) ? 'identity' : undefined;
}

function matchAws(name: string, caller: AwsPrincipal): Grant | undefined {
  if (name === '*') return 'anyone';
  if (name === caller.account || name === `arn:aws:iam::${caller.account}:root`) return 'account';
  const identity = identityArn(caller);
  if (name === caller.arn && caller.arn !== identity) return 'session';
  return name === identity || name === caller.id?.split(':')[0] ? 'identity' : undefined;
}
