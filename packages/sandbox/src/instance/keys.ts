import type { Ids } from '@meshbed/core';
import type { AccountProfile } from './directory.ts';

/** By the name of their profile. */
export interface Accounts {
  local: AccountProfile;
  external: AccountProfile;
  [profile: string]: AccountProfile;
}

/** Twelve digits each, by the name of the profile. */
export interface AccountIds {
  local: string;
  external: string;
  [profile: string]: string;
}

/** AWS never gave these out: account ids of the sandbox are recognised at sight. */
const reserved: AccountIds = { local: '000000000001', external: '000000000002' };

/** Access keys of the form that clients check, but of no real cloud, and one can see it; new for every instance. */
export function createAccounts(ids: Ids, accountIds: AccountIds = reserved): Accounts {
  const profiles = Object.entries(accountIds).map(
    ([profile, id]) => [profile, createProfile(ids, profile, id)] as const,
  );
  return Object.fromEntries(profiles) as Accounts;
}

function createProfile(ids: Ids, profile: string, accountId: string): AccountProfile {
  return {
    profile,
    accountId,
    accessKeyId: `AKIAMESHBED${ids.alphanumeric(9)}`,
    secretAccessKey: `not-a-real-secret/${ids.alphanumeric(22)}`,
  };
}
