import { DescribeClustersCommand } from '@aws-sdk/client-ecs';
import { DescribeClusterCommand } from '@aws-sdk/client-eks';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { isNotFound } from '@meshbed/clients/aws';
import { clusterTag } from '../../aws/tags.ts';
import { names } from '../../configuration/names.ts';
import { resourcesOf } from '../../plan/resources.ts';
import type { Account, AccountCheck, Doctoring, Noted } from '../types.ts';

type Tags = Readonly<Record<string, string | undefined>>;

/** As plans call it → the tags of what has the name now; undefined when it is free. */
const lookUps: Readonly<Record<string, (account: Account, name: string) => Promise<Tags | undefined>>> = {
  'EKS cluster': async ({ aws: { eks } }, name) => {
    const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
    return cluster?.tags ?? {};
  },
  'IAM role': async ({ aws: { iam } }, RoleName) => {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    return Object.fromEntries((Role?.Tags ?? []).map(({ Key = '', Value }) => [Key, Value]));
  },
  'ECS cluster': async ({ aws: { ecs } }, name) => {
    const { clusters = [] } = await ecs.send(new DescribeClustersCommand({ clusters: [name], include: ['TAGS'] }));
    const found = clusters.find(({ status }) => status === 'ACTIVE');
    return found && Object.fromEntries((found.tags ?? []).map(({ key = '', value }) => [key, value]));
  },
};

/** Whether names that a run gives belong to others already. */
export const takenNames: AccountCheck = {
  id: 'names',
  class: 'cloud',
  async look(scene, account) {
    const everything = new Set<string>(scene.scenario.steps.map(({ id }) => id));
    const planned = resourcesOf(scene.scenario, scene.configuration, everything).filter(
      (each) => each.account === account.name && each.title in lookUps,
    );
    const found = await Promise.all(planned.map(({ title, name }) => nameFinding(scene, account, { title, name })));
    const taken = found.filter((each) => each !== undefined);
    if (taken.length > 0) return taken;
    const says = `none of ${planned.length} names belongs to somebody else`;
    return [{ verdict: 'ok', object: `account ${account.aws.access.id}`, says }];
  },
};

async function nameFinding(
  { configuration: { clusterName, accounts } }: Doctoring,
  account: Account,
  { title, name }: { title: string; name: string },
): Promise<Noted | undefined> {
  // One that is configured is meant to be there.
  if (accounts[account.name].role !== undefined && accounts[account.name].role === name) return undefined;
  const tags = await lookUps[title]?.(account, name).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  const owner = tags?.[clusterTag];
  if (!tags || owner === clusterName) return undefined;
  const object = `${title} ${name}, account ${account.aws.access.id}`;
  // The names of these are fixed, so that several clusters of one account share them.
  const shared = title === 'IAM role' && owner !== undefined && name !== names.taskRole;
  const says = owner === undefined ? 'it is there, and not ours' : `it belongs to the cluster ${owner}`;
  const fix = shared
    ? 'clean up the other one first: meshbed cleanup --cluster-name ' + owner
    : 'choose another --cluster-name, or delete it';
  return { verdict: 'warning', object, says, fix };
}
