import { fromIni } from '@aws-sdk/credential-providers';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { AwsAccess } from './access.ts';
import { createAwsClients, type AwsClients } from './clients.ts';

export interface ProfileOptions {
  profile: string;
  /** Other files than the user's own, as a sandbox has them. */
  files?: { config: string; credentials: string };
}

/** Credentials of a named profile: keys, SSO, a role of another profile. */
export function profileCredentials({ profile, files }: ProfileOptions): AwsAccess['credentials'] {
  return fromIni({
    profile,
    ...(files ? { configFilepath: files.config, filepath: files.credentials } : {}),
  });
}

/** Clients for the account that a profile of the user's own leads to. */
export async function openProfile(profile: string, region: string): Promise<AwsClients> {
  const access = { region, credentials: profileCredentials({ profile }) };
  using asking = createAwsClients({ ...access, id: '' });
  const { Account: id = '' } = await asking.sts.send(new GetCallerIdentityCommand({}));
  return createAwsClients({ ...access, id });
}
