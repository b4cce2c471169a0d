import { DeleteNodegroupCommand } from '@aws-sdk/client-eks';
import { type Call, log } from '../../context.ts';
import { stackNames } from '../../stacks/names.ts';
import { deleteStack, findStack, startDeletion } from '../../stacks/work.ts';
import { oneName } from '../names.ts';
import { type Target, targetOf } from '../target.ts';
import { describeGroup } from './describe.ts';

/** `delete nodegroup`: one by name; those of a config file only when that is approved. */
export async function deleteNodeGroup(call: Call): Promise<void> {
  const { context, flags } = call;
  using target = await targetOf(call);
  const names = target.file?.managedNodeGroups?.map(({ name }) => name) ?? [oneName('name', call)];
  if (target.file && !flags['approve']) {
    log(context, 'info', `(plan) would delete ${names.length} nodegroups from cluster "${target.name}"`);
    log(context, 'warn', "no changes were applied, run again with '--approve' to apply the changes");
    return;
  }
  await Promise.all(names.map((name) => deleteGroup(call, target, name)));
  log(context, 'done', `deleted ${names.length} nodegroup(s) from cluster "${target.name}"`);
}

/** One that has no stack was made by somebody else, and is deleted by a call. */
async function deleteGroup({ context, flags }: Call, { aws, name: clusterName }: Target, group: string): Promise<void> {
  const stack = await findStack(aws, stackNames.nodeGroup(clusterName, group));
  if (!stack) {
    await describeGroup(aws, clusterName, group);
    await aws.eks.send(new DeleteNodegroupCommand({ clusterName, nodegroupName: group }));
    return;
  }
  if (flags['wait']) await deleteStack(aws, context, stack);
  else await startDeletion(aws, context, stack.StackName ?? '');
}
