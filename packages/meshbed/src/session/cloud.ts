import { mkdirSync } from 'node:fs';
import { configuredEndpoint, profileCredentials, usualCredentials } from '@meshbed/clients/aws';
import { azureAccessOf } from '@meshbed/clients/azure';
import { systemClock } from '@meshbed/core';
import { verifyLogins, type AccountAccess, type AccountName, type Configuration, type Target } from '@meshbed/runner';
import type { Environment } from './environment.ts';
import { cloudWorkDir } from './work-directory.ts';

/** The accounts that a configuration names, reached as the AWS SDK reaches them. Nothing is contacted. */
export async function cloudTarget(configuration: Configuration): Promise<Target> {
  const { region, accounts, azure, istioctl = 'istioctl' } = configuration;
  const { subscription } = azure;
  const { local, external } = accounts;
  return {
    kind: 'cloud',
    region,
    accounts: {
      local: await accessOf(local),
      ...(external.id === undefined ? {} : { external: await accessOf(external) }),
    },
    ...(subscription === undefined ? {} : { azure: azureAccessOf(systemClock, { subscription, env: process.env }) }),
    istioctl: { command: [istioctl], env: environmentOf(region, local.profile) },
    workDir: cloudWorkDir(configuration),
  };
}

/** @throws MeshbedError `user/not-logged-in`, `user/wrong-account` */
export async function openCloud(configuration: Configuration, wanted: readonly AccountName[]): Promise<Environment> {
  const target = await cloudTarget(configuration);
  await verifyLogins(target, { clock: systemClock, wanted });
  mkdirSync(target.workDir, { recursive: true });
  return { target, clock: systemClock };
}

async function accessOf({ id = '', profile }: Configuration['accounts']['local']): Promise<AccountAccess> {
  const endpoint = await configuredEndpoint(profile, process.env);
  const { AWS_PROFILE = 'default' } = process.env;
  const credentials = profile === undefined ? usualCredentials() : profileCredentials({ profile });
  return { id, profile: profile ?? AWS_PROFILE, credentials, ...(endpoint === undefined ? {} : { endpoint }) };
}

/** What the user's own commands have, with the region and the profile of this configuration. */
function environmentOf(region: string, profile: string | undefined): Record<string, string> {
  const own = Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const chosen = {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...(profile === undefined ? {} : { AWS_PROFILE: profile }),
  };
  return { ...Object.fromEntries(own), ...chosen } as Record<string, string>;
}
