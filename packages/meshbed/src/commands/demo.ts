import { runCommand, type RunFlags } from './run.ts';

export type DemoFlags = Pick<RunFlags, 'keep' | 'json' | 'plain' | 'verbose'>;

export function demoCommand(flags: DemoFlags): Promise<void> {
  return runCommand('1', flags);
}
