/** Whether credentials work, and lead to the account that they are configured for. */
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { createAwsClients, errorCode, type AwsClients } from '@meshbed/clients/aws';
import { MeshbedError, type Clock } from '@meshbed/core';
import type { AccountName } from '../scenario/types.ts';
import type { AccountAccess, Target } from '../target.ts';

export interface Login {
  /** ARN of who is logged in. */
  arn: string;
}

/** @throws MeshbedError `user/not-logged-in`, `user/wrong-account` */
export async function verifyLogin({ sts, access }: AwsClients, profile: string): Promise<Login> {
  const { Account, Arn = '' } = await sts.send(new GetCallerIdentityCommand({})).catch((cause: unknown) => {
    throw notLoggedIn(cause, profile);
  });
  if (Account === access.id) return { arn: Arn };
  throw new MeshbedError('user/wrong-account', `profile ${profile} leads to account ${Account}, not to ${access.id}`, {
    object: Arn,
    next: `check the profile, or log in again: ${loginCommand(profile)}`,
  });
}

/** The accounts of a target, before anything else is asked of them. */
export async function verifyLogins(
  { accounts, region }: Target,
  { clock, wanted }: { clock: Clock; wanted: readonly AccountName[] },
): Promise<void> {
  const verified = wanted.flatMap((name) => accounts[name] ?? []);
  await Promise.all(
    verified.map(async ({ profile, ...access }: AccountAccess) => {
      using clients = createAwsClients({ ...access, region, clock });
      await verifyLogin(clients, profile);
    }),
  );
}

export const loginCommand = (profile: string): string => `aws sso login --profile ${profile}`;

function notLoggedIn(cause: unknown, profile: string): MeshbedError {
  const likely = reasons.find(({ code }) => code.test(errorCode(cause)))?.likely;
  return new MeshbedError('user/not-logged-in', `profile ${profile} can't log in`, {
    cause,
    object: profile,
    ...(likely === undefined ? {} : { likely }),
    next: loginCommand(profile),
  });
}

const reasons: readonly { code: RegExp; likely: string }[] = [
  { code: /^Expired/, likely: 'the session has expired' },
  {
    code: /^(InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch)$/,
    likely: 'AWS does not accept these keys',
  },
  { code: /^CredentialsProviderError$/, likely: 'there is no such profile, or its session has ended' },
];
