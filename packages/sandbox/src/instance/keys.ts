import type { AccountOptions } from '@meshbed/aws-server';
import { type Ids, MeshbedError } from '@meshbed/core';
import type { AccountProfile } from './directory.ts';

/** `local` and `external` are those of the scenarios. */
export interface Accounts {
  local: AccountProfile;
  external: AccountProfile;
  [further: string]: AccountProfile;
}

/** What is chosen of an account; the sandbox makes up the rest. */
export interface AccountChoice {
  /** Twelve digits. */
  id?: string;
  profile?: string;
}

export interface AccountChoices {
  local?: AccountChoice;
  external?: AccountChoice;
  /** Ids of more accounts, whose profiles are `further-1` and so on. */
  further?: readonly string[];
}

/** AWS never gave these out: account ids of the sandbox are recognised at sight. */
const reservedIds = ['000000000001', '000000000002', '000000000003'];
const usualProfiles = ['local', 'external', 'other'];

/** Access keys of the form that clients check, but of no real cloud, and one can see it; new for every instance. */
export function createAccounts(ids: Ids, choices: AccountChoices = {}): Accounts {
  const { local = {}, external = {}, further = [] } = choices;
  const [localId, externalId] = distinct([local.id, external.id], reservedIds, 'account id');
  const [localProfile, externalProfile] = distinct([local.profile, external.profile], usualProfiles, 'profile');
  return {
    local: createProfile(ids, localProfile, localId),
    external: createProfile(ids, externalProfile, externalId),
    ...Object.fromEntries(further.map((id, at) => [`further-${at + 1}`, createProfile(ids, `further-${at + 1}`, id)])),
  };
}

/** An account of the AWS server, with its one user. */
export const administratorOf = ({ accountId: id, ...key }: AccountProfile): AccountOptions => ({
  id,
  users: [{ name: 'operator', ...key }],
});

type Pair<T> = readonly [T, T];

/** Two different ones: what is chosen, else the usual of each place, unless the other one has it. */
function distinct(chosen: Pair<string | undefined>, usual: readonly string[], what: string): Pair<string> {
  const [one, other] = chosen;
  if (one !== undefined && one === other)
    throw new MeshbedError('user/same-account', `both accounts have the ${what} ${one}`, { next: 'choose two' });
  const [usualOne = '', ...usualOther] = usual;
  const first = one ?? [usualOne, ...usualOther].find((each) => each !== other) ?? '';
  return [first, other ?? usualOther.find((each) => each !== first) ?? ''];
}

function createProfile(ids: Ids, profile: string, accountId: string): AccountProfile {
  return {
    profile,
    accountId,
    accessKeyId: `AKIAMESHBED${ids.alphanumeric(9)}`,
    secretAccessKey: `not-a-real-secret/${ids.alphanumeric(22)}`,
  };
}
