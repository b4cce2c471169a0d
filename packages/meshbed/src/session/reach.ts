import type { Loaded } from '@meshbed/runner/configuration';
import { refuseOther } from './configured.ts';
import { findInstance, instancesFolder } from './instance.ts';
import type { Profile } from '@meshbed/sandbox';
import type { RunningSandbox } from './sandbox.ts';

/** Which sandbox a command works on: the flag, then `MESHBED_INSTANCE`; undefined for one of its own. */
export function wantedInstance({ instance }: { instance?: string }): string | undefined {
  return instance ?? (process.env['MESHBED_INSTANCE'] || undefined);
}

export interface Reach {
  wanted: string | undefined;
  /** The sandbox will stay for a while: others may want to find it. */
  keep: boolean;
  /** How long things take in a sandbox of its own. */
  profile?: Profile;
  loaded: Loaded;
}

/** A running sandbox when one is named, else one that ends with `use`. */
export async function reachSandbox<T>(
  { wanted, keep, profile = 'fast', loaded }: Reach,
  use: (sandbox: RunningSandbox) => Promise<T>,
): Promise<T> {
  // Loaded here: an instance is reached without the sandbox's code, and what only lists without the clouds' SDKs.
  if (wanted !== undefined) {
    const { attach } = await import('./attach.ts');
    const sandbox = attach(findInstance(wanted));
    refuseOther(sandbox.target, loaded);
    return use(sandbox);
  }
  const { sandboxOptionsOf, withSandbox } = await import('./sandbox.ts');
  const options = { ...sandboxOptionsOf(loaded.configuration), profile };
  if (!keep) return withSandbox(use, options);
  const { publish } = await import('./serve.ts');
  return withSandbox(
    async (sandbox) => {
      await using _published = await publish(sandbox, loaded.configuration.clusterName);
      return use(sandbox);
    },
    { ...options, parent: instancesFolder() },
  );
}
