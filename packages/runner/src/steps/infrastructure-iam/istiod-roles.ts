import { ensureManagedPolicy } from '../../aws/managed-policy.ts';
import { policyDocument } from '../../aws/policy-document.ts';
import { ensureRole } from '../../aws/roles.ts';
import { names } from '../../configuration.ts';
import { accountsOf, istiodRole, usesExternal } from '../../scenario/accounts.ts';
import type { AccountName } from '../../scenario/types.ts';
import type { StepContext } from '../types.ts';

/** What istiod reads to discover services; everything else is refused. */
const discoveryActions = [
  'ecs:ListClusters',
  'ecs:DescribeClusters',
  'ecs:ListServices',
  'ecs:DescribeServices',
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'ecs:DescribeTaskDefinition',
  'ecs:ListTagsForResource',
];

/** Session tags of Pod Identity are transitive, so that both hops need sts:TagSession. */
const assume = ['sts:AssumeRole', 'sts:TagSession'];

/** The role that istiod gets from Pod Identity, and in each account one that it assumes from there to read ECS. */
export async function ensureIstiodRoles(step: StepContext): Promise<void> {
  const accounts = accountsOf(step.scenario);
  // IAM stores the id of a trusted role, so that the role must exist before it is named.
  const podRoleArn = await ensurePodRole(step, accounts);
  await Promise.all(accounts.map((account) => ensureDiscoveryRole(step, account, podRoleArn)));
}

async function ensurePodRole(step: StepContext, accounts: readonly AccountName[]): Promise<string> {
  const { local, scenario, configuration } = step;
  const targets = accounts.map((account) => discoveryRoleArn(step, account));
  const [only = ''] = targets;
  const role = {
    name: istiodRole(scenario, configuration.clusterName),
    trust: policyDocument({ Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: assume }),
  };
  const document = policyDocument({ Effect: 'Allow', Action: assume, Resource: targets.length > 1 ? targets : only });
  if (!usesExternal(scenario))
    return ensureRole(step, local, { ...role, inline: { name: 'AssumeIstiodLocal', document } });
  const policy = await ensureManagedPolicy(step, local, { name: names.istiodPolicy, document });
  return ensureRole(step, local, { ...role, managed: [policy] });
}

async function ensureDiscoveryRole(step: StepContext, account: AccountName, podRoleArn: string): Promise<void> {
  await ensureRole(step, step.aws(account), {
    name: names.discoveryRoles[account],
    trust: policyDocument({ Effect: 'Allow', Principal: { AWS: podRoleArn }, Action: assume }),
    inline: {
      name: 'DiscoverEcs',
      document: policyDocument({ Effect: 'Allow', Action: discoveryActions, Resource: '*' }),
    },
  });
}

export function discoveryRoleArn(step: Pick<StepContext, 'aws'>, account: AccountName): string {
  return `arn:aws:iam::${step.aws(account).access.id}:role/${names.discoveryRoles[account]}`;
}
