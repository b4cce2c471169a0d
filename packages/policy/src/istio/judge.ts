import { type Authorization, policyKey } from './authorization.ts';
import type { Connection } from './connection.ts';
import { type AuthorizationVerdict, evaluateAuthorization, policiesInForce } from './evaluate.ts';
import { ruleMatches } from './match.ts';
import { strictAuthorization } from './peer-authentication.ts';
import type { AuthorizationPolicyObject, PeerAuthenticationObject } from './resource.ts';
import { selects, translate } from './translate.ts';
import { whyNot } from './why.ts';

/** The objects that decide, as they are, or as they would be. */
export interface PolicySet {
  policies: readonly AuthorizationPolicyObject[];
  peerAuthentications: readonly PeerAuthenticationObject[];
  /** `istio-system` unless the mesh is configured otherwise. */
  rootNamespace: string;
}

/** The workload that is called. */
export interface JudgedWorkload {
  namespace: string;
  labels: Readonly<Record<string, string>>;
}

/** A policy in force at the workload, and what it said about the connection. */
export interface ConsideredPolicy {
  /** `namespace/name` */
  policy: string;
  action: 'ALLOW' | 'DENY';
  /** Number of the rule that matches, as the object lists them, from 1. */
  rule?: number;
  /** Of rules that don't match, one sentence each. */
  mismatches: readonly string[];
}

export interface Judgement {
  verdict: AuthorizationVerdict;
  considered: readonly ConsideredPolicy[];
  /** Objects that ztunnel does not enforce, and why. */
  ignored: readonly { policy: string; why: string }[];
}

interface Translated {
  authorization: Authorization;
  ruleNumbers: readonly number[];
  listed: boolean;
}

/**
 * What the data plane does with a connection when exactly these objects are in the cluster: istiod's translation, then
 * ztunnel's decision. Applied or not yet makes no difference, so that it answers what-if too.
 */
export function judgeConnection(set: PolicySet, workload: JudgedWorkload, connection: Connection): Judgement {
  const ignored: Judgement['ignored'][number][] = [];
  const translated = [
    ...set.policies.flatMap((object) => translatedFor(object, { set, workload, ignored })),
    ...strictFor(set, workload),
  ];
  const { policies } = policiesInForce(
    translated.map(({ authorization }) => authorization),
    {
      namespace: workload.namespace,
      authorizationPolicies: translated
        .filter(({ listed }) => listed)
        .map(({ authorization }) => policyKey(authorization)),
    },
  );
  const inForce = translated.filter(({ authorization }) => policies.includes(authorization));
  return {
    verdict: evaluateAuthorization(policies, connection),
    considered: inForce.map((each) => consider(each, connection)),
    ignored,
  };
}

interface Translating {
  set: PolicySet;
  workload: JudgedWorkload;
  ignored: Judgement['ignored'][number][];
}

function translatedFor(object: AuthorizationPolicyObject, { set, workload, ignored }: Translating): Translated[] {
  const translation = translate(object, set.rootNamespace);
  if (translation.kind === 'not-for-ztunnel') {
    ignored.push({ policy: policyKey(object.metadata), why: translation.message });
    return [];
  }
  const { authorization, ruleNumbers } = translation;
  const listed = selects(object, workload, set.rootNamespace);
  return [{ authorization, ruleNumbers, listed }];
}

function strictFor({ peerAuthentications, rootNamespace }: PolicySet, workload: JudgedWorkload): Translated[] {
  const strict = strictAuthorization(peerAuthentications, rootNamespace);
  if (!strict) return [];
  const listed = strict.appliesTo(workload.namespace, workload.labels);
  return [{ authorization: strict.authorization, ruleNumbers: [1], listed }];
}

function consider({ authorization, ruleNumbers }: Translated, connection: Connection): ConsideredPolicy {
  const { action, rules } = authorization;
  const matching = rules.findIndex((rule) => ruleMatches(rule, connection));
  const rule = ruleNumbers[matching];
  return {
    policy: policyKey(authorization),
    action,
    ...(rule === undefined ? {} : { rule }),
    mismatches: rule === undefined ? whyNot(authorization, ruleNumbers, connection) : [],
  };
}
