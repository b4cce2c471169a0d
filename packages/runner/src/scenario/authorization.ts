import {
  evaluateAuthorization,
  translate,
  type Authorization,
  type AuthorizationPolicyObject,
} from '@meshbed/policy/istio';
import { namespaceAt } from './place.ts';
import type { Place, PolicyFacts } from './types.ts';

const rootNamespace = 'istio-system';

/** The policy as Kubernetes keeps it, in the namespace of the place that it guards. */
export function policyObject(
  { name, action, callers, port }: PolicyFacts,
  to: Place,
  clusterName: string,
): Required<AuthorizationPolicyObject> {
  const metadata = { name, namespace: namespaceAt(to, clusterName), annotations: {} };
  if (callers.length === 0) return { metadata, spec: {} };
  const from = [{ source: { namespaces: callers.map((caller) => namespaceAt(caller, clusterName)) } }];
  const at = port === undefined ? {} : { to: [{ operation: { ports: [String(port)] } }] };
  return { metadata, spec: { action, rules: [{ from, ...at }] } };
}

/** A connection between two places, with the policies in force where it arrives. */
export interface GuardedConnection {
  policies: readonly PolicyFacts[];
  /** SPIFFE identity of the caller. */
  identity: string;
  to: Place;
  port: number;
  clusterName: string;
}

export type Expectation = { expected: 'allowed' } | { expected: 'denied'; refusal: string };

/** What the destination's ztunnel has to decide, and its words for a refusal. */
export function expectationOf({ policies, identity, to, port, clusterName }: GuardedConnection): Expectation {
  const inForce = policies.flatMap((policy) => authorizationOf(policyObject(policy, to, clusterName)));
  const connection = { sourceIdentity: identity, sourceIp: '0.0.0.0', destinationIp: '0.0.0.0', destinationPort: port };
  const decision = evaluateAuthorization(inForce, connection);
  return decision.verdict === 'allow' ? { expected: 'allowed' } : { expected: 'denied', refusal: decision.reason };
}

function authorizationOf(policy: AuthorizationPolicyObject): Authorization[] {
  const translation = translate(policy, rootNamespace);
  return translation.kind === 'authorization' ? [translation.authorization] : [];
}
