import type { World } from '../context.ts';
import type { IamRole } from './state.ts';

/**
 * Makes a role, as it is now, known to the rest of AWS. IAM is consistent only eventually: until then nobody can assume
 * a new role or name it in a trust policy, and what was changed decides as before.
 */
export function propagate({ transitions, faults, clock, atEnd }: World, role: IamRole): void {
  const { trustPolicy, inlinePolicies, attachedPolicies } = role;
  const now = { trustPolicy, inlinePolicies: new Map(inlinePolicies), attachedPolicies: new Set(attachedPolicies) };
  const know = () => void (role.known = now);
  const delayMs = faults?.propagationMs?.(role.arn) ?? 0;
  if (delayMs > 0) atEnd.use(clock.after(delayMs, know));
  else transitions.spread('iam-role', 'saved', know);
}
