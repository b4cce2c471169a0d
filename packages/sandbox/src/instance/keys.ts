import type { Ids } from '@meshbed/core';
import type { AccountProfile } from './directory.ts';

export interface Accounts {
  local: AccountProfile;
  external: AccountProfile;
}

/** AWS never gave these out: account ids of the sandbox are recognised at sight. */
const reserved = { local: '000000000001', external: '000000000002' };

/** Access keys of the form that clients check, but of no real cloud, and one can see it; new for every instance. */
export function createAccounts(ids: Ids, accountIds: { local: string; external: string } = reserved): Accounts {
  return {
    local: createProfile(ids, 'local', accountIds.local),
    external: createProfile(ids, 'external', accountIds.external),
  };
}

function createProfile(ids: Ids, profile: string, accountId: string): AccountProfile {
  return {
    profile,
    accountId,
    accessKeyId: `AKIAMESHBED${ids.alphanumeric(9)}`,
    secretAccessKey: `not-a-real-secret/${ids.alphanumeric(22)}`,
  };
}
