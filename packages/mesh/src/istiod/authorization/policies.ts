import { type AuthorizationPolicyObject, policyKey, selects, translate, type Translation } from '@meshbed/policy';
import type { Condition } from '@meshbed/kube-client';
import type { AuthorizationPolicy } from '../objects.ts';
import type { SelectorPolicy } from '../wds/snapshot.ts';
import { type AuthorizationMessage, authorizationMessage } from './message.ts';

export interface TranslatedPolicies {
  /** By `namespace/name`. */
  messages: Map<string, AuthorizationMessage>;
  selectors: SelectorPolicy[];
  /** What each policy's status is to say. */
  conditions: { policy: AuthorizationPolicy; condition: Condition }[];
}

/** All policies for ztunnel, with what their authors have to know. Pure. */
export function translatePolicies(policies: Iterable<AuthorizationPolicy>, rootNamespace: string): TranslatedPolicies {
  const translated: TranslatedPolicies = { messages: new Map(), selectors: [], conditions: [] };
  for (const policy of policies) {
    const object = policy as AuthorizationPolicyObject;
    const translation = translate(object, rootNamespace);
    const condition = conditionOf(translation, policy);
    if (condition) translated.conditions.push({ policy, condition });
    if (translation.kind !== 'authorization') continue;
    const { authorization } = translation;
    const key = policyKey(authorization);
    translated.messages.set(key, authorizationMessage(authorization));
    if (authorization.scope !== 'WORKLOAD_SELECTOR') continue;
    const appliesTo: SelectorPolicy['appliesTo'] = (namespace, labels) =>
      selects(object, { namespace, labels }, rootNamespace);
    translated.selectors.push({ key, appliesTo });
  }
  return translated;
}

/** Undefined where ztunnel is not concerned: the policy is a waypoint's. */
function conditionOf(translation: Translation, { metadata }: AuthorizationPolicy): Condition | undefined {
  const about = { type: 'ZtunnelAccepted', observedGeneration: metadata.generation ?? 1 };
  if (translation.kind === 'not-for-ztunnel') {
    const { reason, message } = translation;
    return reason === 'target-ref' ? undefined : { ...about, status: 'False', reason: 'UnsupportedValue', message };
  }
  const { unsupported } = translation;
  if (unsupported.length === 0) return { ...about, status: 'True', reason: 'Accepted', message: 'attached to ztunnel' };
  const message = `ztunnel does not support HTTP attributes (found: ${unsupported.join(', ')}). In ambient mode they need a waypoint; the rules apply without them, ALLOW rules that use them not at all`;
  return { ...about, status: 'False', reason: 'UnsupportedValue', message };
}
