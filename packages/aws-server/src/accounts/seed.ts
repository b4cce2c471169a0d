import type { Ids } from '@meshbed/core';
import { IamState } from '../iam/state.ts';
import type { CredentialStore } from './credentials.ts';
import type { Stores } from './stores.ts';

export interface AccountOptions {
  /** Twelve digits. */
  id: string;
  /** Administrators with an access key each. */
  users: readonly { name: string; accessKeyId: string; secretAccessKey: string }[];
}

const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';

/** Makes an account's users and their access keys. */
export function seedAccounts(
  accounts: readonly AccountOptions[],
  { stores, credentials, ids }: { stores: Stores; credentials: CredentialStore; ids: Ids },
): void {
  for (const { id: account, users } of accounts) {
    const { users: known } = stores.of(IamState, account);
    for (const { name, accessKeyId, secretAccessKey } of users) {
      const user = {
        name,
        id: `AIDA${ids.alphanumeric(17)}`,
        arn: `arn:aws:iam::${account}:user/${name}`,
        tags: new Map<string, string>(),
        inlinePolicies: new Map<string, string>(),
        attachedPolicies: new Set([administrator]),
      };
      known.set(name, user);
      const principal = { kind: 'user', account, name, arn: user.arn, userId: user.id, tags: user.tags } as const;
      credentials.add({ accessKeyId, secretAccessKey, principal });
    }
  }
}
