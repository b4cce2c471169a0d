import { systemClock } from '@meshbed/core';
import { join } from 'node:path';
import { profileCredentials } from '@meshbed/clients/aws';
import type { AccountAccess } from '@meshbed/runner';
import { azureAccess } from './azure.ts';
import type { Instance } from './instance.ts';
import type { RunningSandbox } from './sandbox.ts';

/** The sandbox of an instance as commands work with it. */
export function attach({ target, directory, environmentFile, kubeconfig, urls, secret }: Instance): RunningSandbox {
  const files = { config: join(directory, 'aws-config'), credentials: join(directory, 'aws-credentials') };
  const access = (account: Omit<AccountAccess, 'credentials'>): AccountAccess => ({
    ...account,
    credentials: profileCredentials({ profile: account.profile, files }),
  });
  const { local, external } = target.accounts;
  const accounts = { local: access(local), ...(external ? { external: access(external) } : {}) };
  const { subscription } = target.azure;
  const azure = azureAccess({ directory, clock: systemClock, subscription });
  return {
    target: { ...target, accounts, azure },
    clock: systemClock,
    directory,
    environmentFile,
    kubeconfig,
    url: urls.aws,
    control: { url: urls.control, secret },
    stopAsked: new Promise(() => {}),
  };
}
