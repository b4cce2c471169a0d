import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { MeshbedError } from '@meshbed/core';
import { refuseConflicts } from '../../network/conflicts.ts';
import type { RunContext } from '../../run/context.ts';
import { accountsOf, usesExternal } from '../../scenario/accounts.ts';
import type { AccountName } from '../../scenario/types.ts';
import { declared } from '../declared.ts';
import type { Step } from '../types.ts';

/**
 * Every profile must lead to the account that it is configured for, and the networks to be connected must not be in
 * each other's way, before anything is changed.
 */
export const ssoLogin: Step = declared(async (step) => {
  const accounts = accountsOf(step.scenario);
  await Promise.all(accounts.map((account) => verify(step, account)));
  if (!usesExternal(step.scenario)) return;
  if (step.aws('external').access.id === step.local.access.id) throw sameAccount(step.local.access.id);
  await refuseConflicts(step);
});

async function verify({ aws, target }: RunContext, account: AccountName): Promise<void> {
  const { sts, access } = aws(account);
  const profile = target.accounts[account]?.profile ?? account;
  const login = `aws sso login --profile ${profile}`;
  const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({})).catch((cause: unknown) => {
    throw new MeshbedError('user/not-logged-in', `profile ${profile} can't log in`, {
      cause,
      object: profile,
      next: login,
    });
  });
  if (Account === access.id) return;
  throw new MeshbedError('user/wrong-account', `profile ${profile} leads to account ${Account}, not to ${access.id}`, {
    ...(Arn === undefined ? {} : { object: Arn }),
    next: `check the profile, or log in again: ${login}`,
  });
}

function sameAccount(id: string): MeshbedError {
  return new MeshbedError('user/same-account', `the local and the external account are the same: ${id}`, {
    next: 'set EXTERNAL_ACCOUNT and EXTERNAL_ACCOUNT_PROFILE to another account',
  });
}
