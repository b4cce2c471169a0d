import { type Authorization, policyKey } from './authorization.ts';
import type { Connection } from './connection.ts';
import { authorizationMatches } from './match.ts';

/** `dryRun` names policies (`namespace/name`) that matched but are only to be logged. */
export type AuthorizationVerdict =
  | { verdict: 'allow'; by?: string; dryRun: readonly string[] }
  | { verdict: 'deny'; reason: string; policy?: string; dryRun: readonly string[] };

/** In the words of ztunnel's access log. */
export const noneAllowed = 'allow policies exist, but none allowed';
export const explicitlyDenied = (key: string): string => `explicitly denied by: ${key}`;

/**
 * Decides at the destination, over the policies in force there: a DENY that matches wins; without any ALLOW all is
 * allowed; otherwise one of them must match. Policies in dry run neither deny nor count as ALLOW policies.
 */
export function evaluateAuthorization(
  policies: readonly Authorization[],
  connection: Connection,
): AuthorizationVerdict {
  const matching = policies.filter((policy) => authorizationMatches(policy, connection));
  const dryRun = matching.filter((policy) => policy.dryRun).map(policyKey);
  const enforced = matching.filter((policy) => !policy.dryRun);
  const denying = first(enforced, 'DENY');
  if (denying)
    return { verdict: 'deny', reason: explicitlyDenied(policyKey(denying)), policy: policyKey(denying), dryRun };
  if (!policies.some((policy) => policy.action === 'ALLOW' && !policy.dryRun)) return { verdict: 'allow', dryRun };
  const allowing = first(enforced, 'ALLOW');
  return allowing
    ? { verdict: 'allow', by: policyKey(allowing), dryRun }
    : { verdict: 'deny', reason: noneAllowed, dryRun };
}

/** By name, so that the order in which policies arrived doesn't change what is said about them. */
function first(policies: readonly Authorization[], action: Authorization['action']): Authorization | undefined {
  const candidates = policies.filter((policy) => policy.action === action);
  return candidates.toSorted((a, b) => (policyKey(a) < policyKey(b) ? -1 : 1))[0];
}

export interface GuardedWorkload {
  namespace: string;
  /** Keys of policies that select it by its labels. */
  authorizationPolicies: readonly string[];
}

/** The policies in force at a workload. Keys that it lists but that have not arrived are `missing`, and not enforced. */
export function policiesInForce(
  all: Iterable<Authorization>,
  { namespace, authorizationPolicies }: GuardedWorkload,
): { policies: Authorization[]; missing: string[] } {
  const known = [...all];
  const inForce = known.filter((policy) => {
    switch (policy.scope) {
      case 'GLOBAL':
        return true;
      case 'NAMESPACE':
        return policy.namespace === namespace;
      case 'WORKLOAD_SELECTOR':
        return authorizationPolicies.includes(policyKey(policy));
    }
  });
  const keys = new Set(known.map(policyKey));
  return { policies: inForce, missing: authorizationPolicies.filter((key) => !keys.has(key)) };
}
