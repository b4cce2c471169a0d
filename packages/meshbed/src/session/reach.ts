import type { Loaded } from '@meshbed/runner/configuration';
import { refuseOther } from './configured.ts';
import { findInstance, instancesFolder } from './instance.ts';
import type { Profile } from '@meshbed/sandbox';
import type { RunningSandbox } from './sandbox.ts';

/** With the sandbox that `MESHBED_INSTANCE` names, unless the flags name one. */
export function withInstance<Flags extends { instance?: string }>(flags: Flags): Flags {
  const { MESHBED_INSTANCE: instance = '' } = process.env;
  return flags.instance !== undefined || instance === '' ? flags : { ...flags, instance };
}

export interface Reach {
  instance: string | undefined;
  /** The sandbox will stay for a while: others may want to find it. */
  keep: boolean;
  /** How long things take in a sandbox of its own. */
  profile?: Profile;
  loaded: Loaded;
}

/** A running sandbox when one is named, else one that ends with `use`. */
export async function reachSandbox<T>(
  { instance, keep, profile = 'fast', loaded }: Reach,
  use: (sandbox: RunningSandbox) => Promise<T>,
): Promise<T> {
  // Loaded here: an instance is reached without the sandbox's code, and what only lists without the clouds' SDKs.
  if (instance !== undefined) {
    const { attach } = await import('./attach.ts');
    const sandbox = attach(findInstance(instance));
    refuseOther(sandbox.target, loaded);
    return use(sandbox);
  }
  const { sandboxOptionsOf, withSandbox } = await import('./sandbox.ts');
  const options = { ...sandboxOptionsOf(loaded.configuration), profile };
  if (!keep) return withSandbox(use, options);
  const { publish } = await import('./serve.ts');
  return withSandbox(
    async (sandbox) => {
      using _published = publish(sandbox, loaded.configuration.clusterName);
      return use(sandbox);
    },
    { ...options, parent: instancesFolder() },
  );
}
