import { GetRoleCommand } from '@aws-sdk/client-iam';
import { isNotFound } from '@meshbed/clients/aws';
import { ensureManagedPolicy } from '../../aws/managed-policy.ts';
import { policyDocument } from '../../aws/policy-document.ts';
import { ensureRole } from '../../aws/roles.ts';
import { clusterTag } from '../../aws/tags.ts';
import { names } from '../../configuration/index.ts';
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
  if (await isReadyMade(step, account)) return;
  await ensureRole(step, step.aws(account), {
    ...discoveryRole(step, account),
    trust: policyDocument({ Effect: 'Allow', Principal: { AWS: podRoleArn }, Action: assume }),
    inline: {
      name: 'DiscoverEcs',
      document: policyDocument({ Effect: 'Allow', Action: discoveryActions, Resource: '*' }),
    },
  });
}

/** When the youngest of istiod's roles was made; 0 when there is none. */
export async function istiodRolesMadeMs(step: StepContext): Promise<number> {
  const { scenario, configuration } = step;
  const roles = accountsOf(scenario).map((account) => ({ account, name: discoveryRole(step, account).name }));
  const all = [{ account: 'local' as const, name: istiodRole(scenario, configuration.clusterName) }, ...roles];
  const made = await Promise.all(all.map(({ account, name }) => roleMadeMs(step, account, name)));
  return Math.max(...made);
}

async function roleMadeMs(step: StepContext, account: AccountName, RoleName: string): Promise<number> {
  try {
    const { Role } = await step.aws(account).iam.send(new GetRoleCommand({ RoleName }));
    return Role?.CreateDate?.getTime() ?? 0;
  } catch (error) {
    if (isNotFound(error)) return 0;
    throw error;
  }
}

type Reaching = Pick<StepContext, 'aws' | 'configuration'>;

export function discoveryRoleArn(step: Reaching, account: AccountName): string {
  const { path, name } = discoveryRole(step, account);
  return `arn:aws:iam::${step.aws(account).access.id}:role${path}${name}`;
}

/** The configured one may be an ARN, with a path, or a name. */
function discoveryRole({ configuration }: Reaching, account: AccountName): { path: string; name: string } {
  const role = configuration.accounts[account].role ?? names.discoveryRoles[account];
  const [, path = '/', name = role] = /^arn:.*:role(\/(?:.*\/)?)([^/]+)$/.exec(role) ?? [];
  return { path, name };
}

/** A configured role that others made is used as it is: its trust and its rights are theirs. */
async function isReadyMade(step: StepContext, account: AccountName): Promise<boolean> {
  if (step.configuration.accounts[account].role === undefined) return false;
  const RoleName = discoveryRole(step, account).name;
  try {
    const { Role } = await step.aws(account).iam.send(new GetRoleCommand({ RoleName }));
    return !Role?.Tags?.some(({ Key }) => Key === clusterTag);
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
