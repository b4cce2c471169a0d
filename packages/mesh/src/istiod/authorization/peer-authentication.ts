/** PeerAuthentication STRICT for ztunnel, as a message. */
import { type PeerAuthenticationObject, policyKey, strictAuthorization } from '@meshbed/policy/istio';
import type { PeerAuthentication } from '../objects.ts';
import type { Labels } from '../wds/snapshot.ts';
import { type AuthorizationMessage, authorizationMessage } from './message.ts';

export interface StrictPolicy {
  key: string;
  message: AuthorizationMessage;
  /** Whether a workload has to list the policy. */
  appliesTo: (namespace: string, labels: Labels) => boolean;
}

/** Undefined when there is no PeerAuthentication at all. */
export function strictPolicy(all: readonly PeerAuthentication[], rootNamespace: string): StrictPolicy | undefined {
  const strict = strictAuthorization(all as readonly PeerAuthenticationObject[], rootNamespace);
  if (!strict) return undefined;
  const { authorization, appliesTo } = strict;
  return { key: policyKey(authorization), message: authorizationMessage(authorization), appliesTo };
}
