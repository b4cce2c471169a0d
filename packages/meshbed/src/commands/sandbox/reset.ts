import { MeshbedError } from '@meshbed/core';
import { controlOf } from '../../session/control.ts';
import { findInstance } from '../../session/instance.ts';

export interface ResetFlags {
  account?: string;
  cluster?: string;
}

/** `sandbox reset`: everything in a running sandbox as new, or one account or cluster of it. */
export async function resetCommand(wanted: string, { account, cluster }: ResetFlags): Promise<void> {
  if (account !== undefined && cluster !== undefined)
    throw new MeshbedError('user/contradiction', 'reset one account or one cluster, not both', {
      next: 'leave out one of the two',
    });
  const what = { ...(account === undefined ? {} : { account }), ...(cluster === undefined ? {} : { cluster }) };
  const { reset } = await controlOf(findInstance(wanted)).reset(what);
  process.stdout.write(`As new: ${reset.join(', ')}\n`);
}
