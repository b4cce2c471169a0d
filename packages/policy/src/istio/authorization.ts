/**
 * What istiod sends to ztunnel about authorization: `istio.security.Authorization` (authorization.proto) as plain
 * objects. Lists that the message leaves empty are left out here.
 */

export type Scope = 'GLOBAL' | 'NAMESPACE' | 'WORKLOAD_SELECTOR';

export interface Authorization {
  name: string;
  namespace: string;
  scope: Scope;
  action: 'ALLOW' | 'DENY';
  rules: readonly Rule[];
  dryRun: boolean;
}

/** Matches when all its clauses do. */
export interface Rule {
  clauses: readonly Clause[];
}

/** Matches when any of its matches does. */
export interface Clause {
  matches: readonly Match[];
}

/** Matches when all fields given do: of a list any value, of a `not` list none. */
export interface Match {
  namespaces?: readonly StringMatch[];
  notNamespaces?: readonly StringMatch[];
  /** Against the identity without `spiffe://`. */
  principals?: readonly StringMatch[];
  notPrincipals?: readonly StringMatch[];
  serviceAccounts?: readonly ServiceAccountMatch[];
  notServiceAccounts?: readonly ServiceAccountMatch[];
  sourceIps?: readonly AddressMatch[];
  notSourceIps?: readonly AddressMatch[];
  destinationIps?: readonly AddressMatch[];
  notDestinationIps?: readonly AddressMatch[];
  /** The port that the workload listens on, not the service's. */
  destinationPorts?: readonly number[];
  notDestinationPorts?: readonly number[];
}

/** One of them; none at all is ignored. */
export interface StringMatch {
  exact?: string;
  prefix?: string;
  suffix?: string;
  /** Any text but the empty one. */
  presence?: true;
}

export interface ServiceAccountMatch {
  namespace: string;
  serviceAccount: string;
}

/** An address as text and the number of leading bits that count. */
export interface AddressMatch {
  address: string;
  length: number;
}

/** `namespace/name`, as workloads list their policies and denials name them. */
export function policyKey({ namespace, name }: Pick<Authorization, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}
