import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wrapAws } from '@meshbed/sandbox/inside';
import { findInstance, type Instance } from '../../../session/instance.ts';
import { createInterrupt } from '../../../session/interrupt.ts';
import { keepRunning } from '../../../session/keep.ts';
import { type StartOptions, withPublished } from '../../../session/serve.ts';
import { insideEnvironment } from './environment.ts';
import { openEgress } from './egress.ts';
import { runChild } from './child.ts';
import { Isolation } from './isolation.ts';

export interface ExecFlags extends StartOptions {
  instance?: string;
  allowNet?: boolean;
  hostLoopback?: boolean;
  keep?: boolean;
}

/** `sandbox exec -- CMD`: runs a command whose tools find a sandbox instead of the clouds. */
export async function execCommand(command: readonly string[], { instance, ...flags }: ExecFlags): Promise<void> {
  await using isolation = new Isolation(flags);
  if (instance !== undefined) {
    process.exitCode = await runIn(findInstance(instance), command, { flags, isolation });
    return;
  }
  using interrupt = createInterrupt();
  await withPublished(flags, async ({ sandbox, instance: own }) => {
    if (interrupt.signal.aborted) return void (process.exitCode = 130);
    interrupt.pause();
    process.exitCode = await runIn(own, command, { flags, isolation });
    interrupt.resume();
    if (flags.keep) await keepRunning(sandbox, interrupt, process.stderr);
  });
}

/** @returns the exit code of the command */
async function runIn(
  instance: Instance,
  command: readonly string[],
  { flags, isolation }: { flags: ExecFlags; isolation: Isolation },
): Promise<number> {
  const { directory, urls } = instance;
  const bin = join(directory, 'bin');
  wrapAws(bin, { path: process.env['PATH'] ?? '', endpoint: urls.aws });
  await using stack = new AsyncDisposableStack();
  const egress = flags.allowNet ? {} : stack.use(await openEgress(directory)).variables;
  const own = JSON.parse(readFileSync(join(directory, 'env.json'), 'utf8')) as Record<string, string>;
  const env = { ...insideEnvironment(instance, { bin, inherited: process.env }), ...own, ...egress };
  const prefix = await isolation.around(instance, env);
  if (process.stdin.isTTY && process.stderr.isTTY)
    process.stderr.write(`meshbed: inside sandbox ${instance.name}, ${urls.aws}; it ends with this command\n`);
  return await runChild(command, env, prefix);
}
