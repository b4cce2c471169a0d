import {
  type ConsideredPolicy,
  type Connection,
  judgeConnection,
  type Judgement,
  type PolicySet,
} from '@meshbed/policy/istio';
import { quoted } from '../commands.ts';
import type { Endpoint, Mesh, Workload } from '../mesh/index.ts';
import type { Cause, Explanation } from '../types.ts';
import type { Trail } from './trail.ts';

export interface PolicyQuestion {
  mesh: Mesh;
  policies: PolicySet;
  caller: Workload;
  endpoint: Endpoint;
  connection: Connection;
}

/** The ztunnel of the destination asks the policies. The explanation when they refuse; undefined otherwise. */
export function walkPolicies(trail: Trail, question: PolicyQuestion): Explanation | undefined {
  const { mesh, policies, endpoint, connection } = question;
  const { workload } = endpoint;
  const { account } = mesh.facts.mesh;
  const judgement = judgeConnection(policies, workload, connection);
  const { verdict, considered, ignored } = judgement;
  for (const { policy, why } of ignored.filter(({ policy: key }) => key.startsWith(`${workload.namespace}/`))) {
    trail.add({
      step: 'policy',
      object: nameOf(policy),
      account,
      verdict: 'warn',
      says: `${nameOf(policy)} is not enforced: ${why}`,
    });
  }
  if (verdict.verdict === 'deny') return trail.deny('policy', causeOf(question, judgement));
  const says = allowedText(workload, considered, verdict.by);
  trail.allow(
    'policy',
    { object: verdict.by === undefined ? `Namespace ${workload.namespace}` : nameOf(verdict.by), account },
    says,
  );
  return undefined;
}

const nameOf = (key: string) => `AuthorizationPolicy ${key}`;

function allowedText({ namespace }: Workload, considered: readonly ConsideredPolicy[], by: string | undefined): string {
  const found = considered.find(({ policy }) => policy === by);
  if (found) return `${nameOf(found.policy)} allows it by rule ${found.rule}${othersText(considered, found)}`;
  const denying = considered.map(({ policy }) => policy).join(', ');
  return denying === ''
    ? `no AuthorizationPolicy is in force for ${namespace}: all is allowed`
    : `no ALLOW policy is in force and no DENY policy matches (${denying}): allowed`;
}

function othersText(considered: readonly ConsideredPolicy[], found: ConsideredPolicy): string {
  const others = considered.filter(({ policy }) => policy !== found.policy).map(({ policy }) => policy);
  return others.length === 0 ? '' : `; also in force: ${others.join(', ')}`;
}

function causeOf(question: PolicyQuestion, { verdict, considered }: Judgement): Cause {
  const { mesh, endpoint } = question;
  const { account } = mesh.facts.mesh;
  const denying = verdict.verdict === 'deny' ? considered.find(({ policy }) => policy === verdict.policy) : undefined;
  if (denying) {
    const [namespace = '', name = ''] = denying.policy.split('/');
    return {
      reason: 'policy-denied',
      object: nameOf(denying.policy),
      account,
      says: `${nameOf(denying.policy)} (DENY) matches by rule ${denying.rule}: explicitly denied by: ${denying.policy}`,
      fix: [`kubectl edit authorizationpolicy ${name} -n ${namespace}`],
    };
  }
  const allowing = considered.filter(({ action }) => action === 'ALLOW');
  const reasons = allowing.map(
    ({ policy, mismatches }) => `${policy}: ${mismatches.join(', ') || 'no rule for ztunnel'}`,
  );
  return {
    reason: 'policy-none-allowed',
    object: allowing.map(({ policy }) => nameOf(policy)).join(', '),
    account,
    says: `allow policies exist for ${endpoint.workload.namespace}, but none allowed: ${reasons.join('; ')}`,
    fix: [allowCommand(question)],
  };
}

/** The narrowest policy that lets this caller through. */
function allowCommand({ caller, endpoint, connection }: PolicyQuestion): string {
  const source = connection.sourceIdentity
    ? { principals: [connection.sourceIdentity.replace('spiffe://', '')] }
    : { ipBlocks: [connection.sourceIp] };
  const policy = {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: `allow-${caller.path.split('/').at(-1)}`, namespace: endpoint.workload.namespace },
    spec: { rules: [{ from: [{ source }], to: [{ operation: { ports: [String(endpoint.port)] } }] }] },
  };
  return `echo ${quoted(JSON.stringify(policy))} | kubectl apply -f -`;
}
