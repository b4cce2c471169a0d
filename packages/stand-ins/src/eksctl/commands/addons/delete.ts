import { DeleteAddonCommand } from '@aws-sdk/client-eks';
import { type Call, log } from '../../context.ts';
import { stackNames } from '../../stacks/names.ts';
import { deleteStack, findStack } from '../../stacks/work.ts';
import { oneName } from '../names.ts';
import { targetOf } from '../target.ts';
import { describe } from './get.ts';

/** `delete addon`: with the stack of its role, unless what it installed is to stay. */
export async function deleteAddon(call: Call): Promise<void> {
  const { context, flags } = call;
  const addonName = oneName('name', call);
  using target = await targetOf(call);
  const { aws, name } = target;
  await describe(aws, name, addonName);
  await aws.eks.send(new DeleteAddonCommand({ clusterName: name, addonName, preserve: flags['preserve'] === true }));
  log(context, 'info', `deleted addon: ${addonName}`);
  const stack = await findStack(aws, stackNames.addon(name, addonName));
  if (!stack || flags['preserve']) return;
  log(context, 'info', `deleting associated IAM stacks`);
  await deleteStack(aws, context, stack);
}
