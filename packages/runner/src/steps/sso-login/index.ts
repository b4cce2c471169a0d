import { MeshbedError } from '@meshbed/core';
import { refuseForeignCluster } from '../../aws/foreign-cluster.ts';
import { verifyLogin } from '../../login/index.ts';
import { refuseConflicts } from '../../network/conflicts.ts';
import { accountsOf, usesExternal } from '../../scenario/accounts.ts';
import { declared } from '../declared.ts';
import type { Step } from '../types.ts';

/**
 * Every profile must lead to the account that it is configured for, the cluster must be ours or free to make, and the
 * networks to be connected must not be in each other's way, before anything is changed.
 */
export const ssoLogin: Step = declared(async (step) => {
  const accounts = accountsOf(step.scenario);
  await Promise.all(
    accounts.map((account) => verifyLogin(step.aws(account), step.target.accounts[account]?.profile ?? account)),
  );
  await refuseForeignCluster(step.local, step.configuration);
  if (!usesExternal(step.scenario)) return;
  if (step.aws('external').access.id === step.local.access.id) throw sameAccount(step.local.access.id);
  await refuseConflicts(step);
});

function sameAccount(id: string): MeshbedError {
  return new MeshbedError('user/same-account', `the local and the external account are the same: ${id}`, {
    next: 'set EXTERNAL_ACCOUNT and EXTERNAL_ACCOUNT_PROFILE to another account',
  });
}
