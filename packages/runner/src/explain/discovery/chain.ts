/** May istiod assume the role of an account? Both sides have to agree, for the role and for the tags of its session. */
import { evaluate, type PolicyDocument, type RequestPrincipal, type Statement } from '@meshbed/policy/iam';
import { aws, quoted } from '../commands.ts';
import type { DiscoveryFacts, Facts, RoleFacts } from '../facts/types.ts';
import type { Cause } from '../types.ts';

type Role = Extract<RoleFacts, { state: 'found' }>;

const assumeActions = ['sts:AssumeRole', 'sts:TagSession'] as const;
/** What istiod reads. */
const readActions = [
  'ecs:ListClusters',
  'ecs:DescribeClusters',
  'ecs:ListServices',
  'ecs:DescribeServices',
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'ecs:DescribeTaskDefinition',
];
const podIdentity = 'pods.eks.amazonaws.com';

/** Pod Identity passes these on, so that every role of the chain must take tags. */
const sessionTags = { 'aws:TagKeys': ['kubernetes-namespace'], 'aws:RequestTag/kubernetes-namespace': 'istio-system' };

/** The first thing in the chain that refuses; undefined when istiod can read the account. */
export function chainProblem(facts: Facts, discovery: DiscoveryFacts, roleArn: string | undefined): Cause | undefined {
  const { association } = discovery;
  if (!association) return undefined;
  const own = discovery.roles.get(association.roleArn);
  const actions = association.sessionTags ? assumeActions : assumeActions.slice(0, 1);
  if (own?.state === 'missing') return missing(facts, own, 'istiod is to have it by Pod Identity');
  if (own?.state !== 'found') return undefined;
  const first = assumeProblem(facts, { actions, principal: { service: podIdentity }, role: own });
  if (first) return first;
  if (roleArn === undefined) return readProblem(facts, own);
  const role = discovery.roles.get(roleArn);
  if (role?.state === 'missing') return missing(facts, role, 'istiod is configured to assume it');
  if (role?.state !== 'found') return undefined;
  return (
    assumeProblem(facts, { actions, principal: sessionOf(own), policies: own.policies, role, caller: own }) ??
    readProblem(facts, role)
  );
}

const missing = (facts: Facts, { arn, account }: RoleFacts, why: string): Cause => ({
  reason: 'role-missing',
  object: arn,
  account,
  says: `there is no role ${arn}, and ${why}`,
  fix: [
    aws(facts, account, `iam list-roles --query ${quoted('Roles[].Arn')}`),
    'meshbed run --step infrastructure_iam',
  ],
});

const sessionOf = ({ arn, account, name, id }: Role): RequestPrincipal => ({
  arn: `arn:aws:sts::${account}:assumed-role/${name}/istiod`,
  account,
  roleArn: arn,
  id,
});

interface Assumption {
  actions: readonly string[];
  principal: RequestPrincipal;
  policies?: readonly PolicyDocument[];
  role: Role;
  /** The role that assumes; none for Pod Identity itself. */
  caller?: Role;
}

function assumeProblem(facts: Facts, assumption: Assumption): Cause | undefined {
  const { actions, principal, policies = [], role } = assumption;
  for (const action of actions) {
    const request = { principal, action, resource: role.arn, resourceAccount: role.account, context: sessionTags };
    const decision = evaluate(request, { identityPolicies: policies, resourcePolicy: role.trust });
    if (decision.effect === 'deny') return refused(facts, assumption, { action, reason: decision.reason });
  }
  return undefined;
}

/** Whether the trust policy lacks it, or the policies of the role that assumes. */
function refused(
  facts: Facts,
  { role, caller }: Assumption,
  { action, reason }: { action: string; reason: string },
): Cause {
  const who = caller?.arn ?? podIdentity;
  const byTrust = caller === undefined || reason === 'resource-policy-missing' || reason === 'explicit';
  const at = byTrust ? role : caller;
  const tagging = action === 'sts:TagSession';
  return {
    reason: tagging ? 'tag-session-missing' : byTrust ? 'trust-missing' : 'assume-not-permitted',
    object: at.arn,
    account: at.account,
    says: byTrust
      ? `the trust policy of ${role.arn} does not let ${who} do ${action}`
      : `no policy of ${caller.arn} allows ${action} on ${role.arn}`,
    fix: [byTrust ? trustFix(facts, role, caller) : permissionFix(facts, caller, role)],
  };
}

function trustFix(facts: Facts, { name, account, trust }: Role, caller: Role | undefined): string {
  const Principal = caller ? { AWS: caller.arn } : { Service: podIdentity };
  const statement: Statement = { Effect: 'Allow', Principal, Action: assumeActions };
  const statements = [...[trust.Statement].flat(), statement] as Statement[];
  const document = quoted(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
  return aws(facts, account, `iam update-assume-role-policy --role-name ${name} --policy-document ${document}`);
}

function permissionFix(facts: Facts, { name, account }: Role, { arn }: Role): string {
  const statement: Statement = { Effect: 'Allow', Action: assumeActions, Resource: arn };
  return putPolicy(facts, { name, account }, 'AssumeForDiscovery', statement);
}

function readProblem(facts: Facts, role: Role): Cause | undefined {
  const denied = readActions.find((action) => {
    const request = { principal: sessionOf(role), action, resource: '*' };
    return evaluate(request, { identityPolicies: role.policies }).effect === 'deny';
  });
  if (denied === undefined) return undefined;
  const { arn, account } = role;
  const statement: Statement = { Effect: 'Allow', Action: readActions, Resource: '*' };
  return {
    reason: 'reading-not-permitted',
    object: arn,
    account,
    says: `no policy of ${arn} allows ${denied}, which discovery needs`,
    fix: [putPolicy(facts, role, 'DiscoverEcs', statement)],
  };
}

function putPolicy(
  facts: Facts,
  { name, account }: { name: string; account: string },
  policyName: string,
  statement: Statement,
): string {
  const document = quoted(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }));
  const command = `iam put-role-policy --role-name ${name} --policy-name ${policyName} --policy-document ${document}`;
  return aws(facts, account, command);
}
