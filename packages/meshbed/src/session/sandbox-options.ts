import type { Configuration } from '@meshbed/runner';
import { registryOf, type SandboxOptions } from '@meshbed/sandbox';

/** What of a configuration the sandbox has to be like, so that it stands for the configured clouds. */
export function sandboxOptionsOf(configuration: Configuration): SandboxOptions {
  const { region, accounts, azure, hub, images, imageMeanings } = configuration;
  const { local } = accounts;
  // Only scenario 3 has two accounts; to the others it doesn't matter when both are the same.
  const external = accounts.external.id === local.id ? {} : accounts.external;
  const profile = external.profile === local.profile ? undefined : external.profile;
  return {
    region,
    accounts: { local: choice(local), external: choice({ ...external, profile }) },
    ...(azure.subscription === undefined ? {} : { azure: { subscription: azure.subscription } }),
    images: imageMeanings,
    registries: [`${hub}/pilot`, ...Object.values(images)].map(registryOf),
  };
}

function choice({ id, profile }: { id?: string | undefined; profile?: string | undefined }) {
  return { ...(id === undefined ? {} : { id }), ...(profile === undefined ? {} : { profile }) };
}
