import type { KubeObject } from '@meshbed/kube-client';
import { withoutPath } from './role.ts';

export interface ServiceAccountName {
  namespace: string;
  serviceAccount: string;
}

/** Annotations of a service account that bind it to a role. */
export const roleAnnotations = ['ecs.solo.io/role-arn', 'eks.amazonaws.com/role-arn'] as const;

/** The service accounts that are bound to a role: the identities that its workloads may have. */
export const boundTo = (role: string, serviceAccounts: Iterable<KubeObject>): ServiceAccountName[] =>
  [...serviceAccounts].filter((account) => rolesOf(account).includes(withoutPath(role))).map(nameOf);

const rolesOf = ({ metadata: { annotations = {} } }: KubeObject) =>
  roleAnnotations.flatMap((name) => annotations[name] ?? []).map(withoutPath);

const nameOf = ({ metadata: { namespace = 'default', name } }: KubeObject) => ({ namespace, serviceAccount: name });

export const spiffeOf = (trustDomain: string, { namespace, serviceAccount }: ServiceAccountName): string =>
  `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;
