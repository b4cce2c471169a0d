import { findCause, MeshbedError } from '@meshbed/core';
import { defaultConfiguration } from '../../configuration/resolve.ts';
import { refuseConflicts } from '../../network/conflicts.ts';
import type { Sources } from '../facts/index.ts';
import type { Cause } from '../types.ts';

/** Why nothing was set up in the second account: its network can't be told from another. */
export async function conflictOf({ accounts, clusterName }: Sources): Promise<Cause | undefined> {
  const [local, external] = accounts.map(({ clients }) => clients);
  if (!local || !external) return undefined;
  const configuration = { ...defaultConfiguration, clusterName };
  try {
    await refuseConflicts({ local, aws: (account) => (account === 'local' ? local : external), configuration });
    return undefined;
  } catch (error) {
    const conflict = findCause(error, MeshbedError);
    if (conflict?.code !== 'cloud/cidr-conflict') throw error;
    const { message: says, object = '', next } = conflict;
    return { reason: 'cidr-conflict', object, account: local.access.id, says, fix: next === undefined ? [] : [next] };
  }
}
