import { findInstance, instancesFolder } from './instance.ts';
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
}

/** A running sandbox when one is named, else one that ends with `use`. */
export async function reachSandbox<T>(
  { instance, keep }: Reach,
  use: (sandbox: RunningSandbox) => Promise<T>,
): Promise<T> {
  // Loaded here: an instance is reached without the sandbox's code, and what only lists without the clouds' SDKs.
  if (instance !== undefined) {
    const { attach } = await import('./attach.ts');
    return use(attach(findInstance(instance)));
  }
  const { withSandbox } = await import('./sandbox.ts');
  if (!keep) return withSandbox(use);
  const { publish } = await import('./serve.ts');
  return withSandbox(
    async (sandbox) => {
      await using _published = await publish(sandbox);
      return use(sandbox);
    },
    { parent: instancesFolder() },
  );
}
