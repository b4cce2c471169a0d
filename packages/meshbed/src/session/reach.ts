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
}

/** A running sandbox when one is named, else one that ends with `use`. */
export async function reachSandbox<T>(
  { wanted, keep, profile = 'fast' }: Reach,
  use: (sandbox: RunningSandbox) => Promise<T>,
): Promise<T> {
  // Loaded here: an instance is reached without the sandbox's code, and what only lists without the clouds' SDKs.
  if (wanted !== undefined) {
    const { attach } = await import('./attach.ts');
    return use(attach(findInstance(wanted)));
  }
  const { withSandbox } = await import('./sandbox.ts');
  if (!keep) return withSandbox(use, { profile });
  const { publish } = await import('./serve.ts');
  return withSandbox(
    async (sandbox) => {
      await using _published = await publish(sandbox);
      return use(sandbox);
    },
    { parent: instancesFolder() },
  );
}
