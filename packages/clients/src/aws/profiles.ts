import { fromIni, fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { loadSharedConfigFiles } from '@smithy/core/config';
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

/** What the SDK finds without being told a profile: variables, the default profile, the machine's role. */
export const usualCredentials = (): AwsAccess['credentials'] => fromNodeProviderChain();

/**
 * The endpoint for all services that the user has chosen: `AWS_ENDPOINT_URL`, else `endpoint_url` of the profile. The AWS
 * CLI follows both; the SDK's clients know only the profile of AWS_PROFILE, whichever credentials they are given.
 */
export async function configuredEndpoint(
  profile: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const { AWS_ENDPOINT_URL, AWS_PROFILE, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: ignored } = environment;
  if (ignored?.toLowerCase() === 'true') return undefined;
  if (AWS_ENDPOINT_URL) return AWS_ENDPOINT_URL;
  const { configFile } = await loadSharedConfigFiles();
  return configFile[profile ?? (AWS_PROFILE || 'default')]?.['endpoint_url'];
}

export interface OwnProfile {
  profile: string;
  region: string;
  endpoint: string | undefined;
}

/** Clients for the account that a profile of the user's own leads to. */
export async function openProfile({ profile, region, endpoint }: OwnProfile): Promise<AwsClients> {
  const credentials = profileCredentials({ profile });
  const access = { region, credentials, ...(endpoint === undefined ? {} : { endpoint }) };
  using asking = createAwsClients({ ...access, id: '' });
  const { Account: id = '' } = await asking.sts.send(new GetCallerIdentityCommand({}));
  return createAwsClients({ ...access, id });
}
