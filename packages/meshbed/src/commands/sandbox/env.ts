import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findInstance } from '../../session/instance.ts';

export interface EnvFlags {
  shell?: boolean;
  json?: boolean;
}

/** `sandbox env`: the variables that lead tools to a running sandbox. */
export function envCommand(wanted: string, { json }: EnvFlags): void {
  const { directory } = findInstance(wanted);
  process.stdout.write(readFileSync(join(directory, json ? 'env.json' : 'env.sh'), 'utf8'));
}
