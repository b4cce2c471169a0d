import { MeshbedError } from '@meshbed/core';
import { controlOf } from '../../session/control.ts';
import { findInstance } from '../../session/instance.ts';

export interface ResetFlags {
  account?: string;
  subscription?: string;
  cluster?: string;
}

/** `sandbox reset`: everything in a running sandbox as new, or one account, subscription or cluster of it. */
export async function resetCommand(wanted: string, { account, subscription, cluster }: ResetFlags): Promise<void> {
  const chosen = Object.entries({ account, subscription, cluster }).filter(([, value]) => value !== undefined);
  if (chosen.length > 1)
    throw new MeshbedError('user/contradiction', 'reset one account, one subscription or one cluster, not several', {
      next: `leave out one of ${chosen.map(([name]) => `--${name}`).join(', ')}`,
    });
  const { reset } = await controlOf(findInstance(wanted)).reset(Object.fromEntries(chosen));
  process.stdout.write(`As new: ${reset.join(', ')}\n`);
}
