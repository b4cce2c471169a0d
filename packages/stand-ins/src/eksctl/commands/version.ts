import type { Call } from '../context.ts';
import { eksctlVersion } from '../version.ts';

/** `version` */
export function printVersion({ context, flags }: Call): Promise<void> {
  context.write(flags['output'] === 'json' ? `${JSON.stringify({ Version: eksctlVersion })}\n` : `${eksctlVersion}\n`);
  return Promise.resolve();
}
