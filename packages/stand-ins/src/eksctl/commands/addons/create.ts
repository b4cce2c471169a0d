import { MeshbedError } from '@meshbed/core';
import type { Addon } from '../../config/types.ts';
import { type Call, textFlag } from '../../context.ts';
import { active, createAddons } from '../create-cluster/addons.ts';
import { pairsFlag } from '../flags.ts';
import { oneName } from '../names.ts';
import { configOfExisting, targetOf } from '../target.ts';

/** `create addon`: one by flags, or those of a config file. */
export async function createAddon(call: Call): Promise<void> {
  const flagged = call.flags['config-file'] === undefined ? [addonFromFlags(call)] : [];
  using target = await targetOf(call);
  const { aws, name, file } = target;
  const addons = file ? (file.addons ?? []) : flagged;
  if (addons.length === 0) throw new MeshbedError('user/configuration', 'no addons specified', { object: name });
  await createAddons(aws, call.context, await configOfExisting(target), addons);
  if (!call.flags['wait']) return;
  for (const addon of addons) await active(aws, call.context, name, addon.name);
}

function addonFromFlags(call: Call): Addon {
  const { flags } = call;
  const [version, role] = [textFlag(flags, 'version'), textFlag(flags, 'service-account-role-arn')];
  return {
    name: oneName('name', call),
    ...(version === undefined ? {} : { version }),
    ...(role === undefined ? {} : { serviceAccountRoleARN: role }),
    ...(flags['tags'] === undefined ? {} : { tags: pairsFlag(flags, 'tags') }),
    resolveConflicts: flags['force'] ? 'OVERWRITE' : 'NONE',
  };
}
