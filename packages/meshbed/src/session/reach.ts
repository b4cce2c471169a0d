import { attach, findInstance } from './instance.ts';
import type { RunningSandbox } from './sandbox.ts';

/** Which sandbox a command works on: the flag, then `MESHBED_INSTANCE`; undefined for one of its own. */
export function wantedInstance({ instance }: { instance?: string }): string | undefined {
  return instance ?? (process.env['MESHBED_INSTANCE'] || undefined);
}

/** A running sandbox when one is named, else one that ends with `use`. */
export async function reachSandbox<T>(
  wanted: string | undefined,
  use: (sandbox: RunningSandbox) => Promise<T>,
): Promise<T> {
  if (wanted !== undefined) return use(attach(findInstance(wanted)));
  // Loaded here: an instance is reached without the sandbox's code.
  const { withSandbox } = await import('./sandbox.ts');
  return withSandbox(use);
}
