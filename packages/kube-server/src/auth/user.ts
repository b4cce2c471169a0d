/** Who makes a request. */
export interface User {
  /** `arn:aws:iam::…`, `system:serviceaccount:ns:name`, … */
  username: string;
  uid?: string;
  groups: readonly string[];
  extra?: Readonly<Record<string, readonly string[]>>;
  /** Rights that no binding gives, for example by an access policy of EKS. */
  roles?: readonly CarriedRole[];
}

export interface CarriedRole {
  clusterRole: string;
  /** None: everywhere. */
  namespaces: readonly string[];
  /** What to name as the reason. */
  source: string;
}

/** May do everything, as in every cluster. */
export const mastersGroup = 'system:masters';
export const authenticatedGroup = 'system:authenticated';

export const adminUser: User = { username: 'kubernetes-admin', groups: [mastersGroup, authenticatedGroup] };
