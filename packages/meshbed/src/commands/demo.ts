import type { RunFlags } from './options.ts';
import { runCommand } from './run.ts';

export type DemoFlags = Pick<RunFlags, 'config' | 'keep' | 'json' | 'plain' | 'verbose'>;

export function demoCommand(flags: DemoFlags): Promise<void> {
  return runCommand('1', flags);
}
