/** Which AWS role stands for which service account. */
import { namespaceOf } from '../facts/objects.ts';
import type { MeshFacts } from '../facts/types.ts';

/** Annotations that bind a service account to a role; the first is the one that is written. */
export const roleAnnotations = ['ecs.solo.io/role-arn', 'eks.amazonaws.com/role-arn'] as const;

/** STS drops the path of a role, so that it does not count: `role/ecs/ambient/x` and `role/x` are the same. */
export const sameRole = (a: string, b: string): boolean => withoutPath(a) === withoutPath(b);

const withoutPath = (arn: string) => arn.trim().replace(/:role\/(?:[^/]+\/)*/, ':role/');

/** The roles that a service account is bound to; undefined when there is no such account. */
export function rolesOf({ serviceAccounts }: MeshFacts, namespace: string, name: string): string[] | undefined {
  const account = serviceAccounts.find((each) => namespaceOf(each) === namespace && each.metadata.name === name);
  return account && roleAnnotations.flatMap((key) => account.metadata.annotations?.[key] ?? []);
}

/** A service account of the namespace that is bound to the role, else the first that is bound to any. */
export function accountFor({ serviceAccounts }: MeshFacts, namespace: string, role: string | undefined): string {
  const own = serviceAccounts.filter((each) => namespaceOf(each) === namespace);
  const roles = ({ metadata }: (typeof own)[number]) =>
    roleAnnotations.flatMap((key) => metadata.annotations?.[key] ?? []);
  const found =
    own.find((each) => role !== undefined && roles(each).some((bound) => sameRole(bound, role))) ??
    own.find((each) => roles(each).length > 0);
  return found?.metadata.name ?? 'default';
}
