import { MeshbedError } from '@meshbed/core';
import { refuseConflicts } from '../../network/conflicts.ts';
import { usesExternal } from '../../scenario/accounts.ts';
import type { Account, Doctoring, Noted } from '../types.ts';

/** Whether the networks of the two accounts can be peered. */
export async function networkConflicts(
  { configuration, scenario }: Doctoring,
  accounts: readonly Account[],
): Promise<Noted[]> {
  const [local, external] = [
    accounts.find(({ name }) => name === 'local'),
    accounts.find(({ name }) => name === 'external'),
  ];
  if (!usesExternal(scenario)) return [];
  const object = 'address ranges of both accounts';
  if (!local || !external) return [{ verdict: 'not-checked', object, says: 'not both accounts are logged in to' }];
  try {
    const aws = (name: string) => (name === 'local' ? local.aws : external.aws);
    await refuseConflicts({ local: local.aws, aws, configuration });
    return [{ verdict: 'ok', object, says: 'they do not overlap, nor with networks that they are peered with' }];
  } catch (error) {
    if (!(error instanceof MeshbedError) || error.code !== 'cloud/cidr-conflict') throw error;
    const { message, next = 'change one of the address ranges', object: found = object } = error;
    return [{ verdict: 'problem', object: found, says: message, fix: next }];
  }
}
