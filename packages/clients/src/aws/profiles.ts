import { fromIni } from '@aws-sdk/credential-providers';
import type { AwsAccess } from './access.ts';

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
