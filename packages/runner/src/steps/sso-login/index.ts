import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { createAwsClients, type AwsAccess } from '@meshbed/clients/aws';
import { MeshbedError } from '@meshbed/core';
import type { AccountAccess } from '../../target.ts';
import { declared } from '../declared.ts';
import type { Step } from '../types.ts';

/** Every profile must lead to the account that it is configured for, before anything is changed in it. */
export const ssoLogin: Step = declared(async ({ target, clock }) => {
  const accounts = Object.values(target.accounts).filter((account) => account !== undefined);
  await Promise.all(accounts.map((account) => verify(account, { region: target.region, clock })));
});

async function verify(account: AccountAccess, rest: Pick<AwsAccess, 'region' | 'clock'>): Promise<void> {
  const { id, profile, credentials, endpoint } = account;
  using aws = createAwsClients({ id, ...rest, credentials, ...(endpoint === undefined ? {} : { endpoint }) });
  const login = `aws sso login --profile ${profile}`;
  const { Account, Arn } = await aws.sts.send(new GetCallerIdentityCommand({})).catch((cause: unknown) => {
    throw new MeshbedError('user/not-logged-in', `profile ${profile} can't log in`, {
      cause,
      object: profile,
      next: login,
    });
  });
  if (Account === id) return;
  throw new MeshbedError('user/wrong-account', `profile ${profile} leads to account ${Account}, not to ${id}`, {
    ...(Arn === undefined ? {} : { object: Arn }),
    next: `check the profile, or log in again: ${login}`,
  });
}
