import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findAws, type InstalledAws, wrapAws } from '@meshbed/sandbox/inside';
import { findInstance, type Instance } from '../../../session/instance.ts';
import { createInterrupt } from '../../../session/interrupt.ts';
import { keepRunning } from '../../../session/keep.ts';
import { type StartOptions, withPublished } from '../../../session/serve.ts';
import { insideEnvironment } from './environment.ts';
import { openEgress } from './egress.ts';
import { runChild } from './child.ts';

export interface ExecFlags extends StartOptions {
  instance?: string;
  allowNet?: boolean;
  keep?: boolean;
}

/** `sandbox exec -- CMD`: runs a command whose tools find a sandbox instead of the clouds. */
export async function execCommand(command: readonly string[], { instance, ...flags }: ExecFlags): Promise<void> {
  const aws = findAws(process.env['PATH'] ?? '');
  if (instance !== undefined) {
    process.exitCode = await runIn(findInstance(instance), { command, aws: await aws, flags });
    return;
  }
  using interrupt = createInterrupt();
  await withPublished(flags, async ({ sandbox, instance: own }) => {
    const installed = await aws;
    if (interrupt.signal.aborted) return void (process.exitCode = 130);
    interrupt.pause();
    process.exitCode = await runIn(own, { command, aws: installed, flags });
    interrupt.resume();
    if (flags.keep) await keepRunning(sandbox, interrupt, process.stderr);
  });
}

interface Inside {
  command: readonly string[];
  aws: InstalledAws | undefined;
  flags: ExecFlags;
}

/** @returns the exit code of the command */
async function runIn(instance: Instance, { command, aws, flags }: Inside): Promise<number> {
  const { directory, urls } = instance;
  const bin = join(directory, 'bin');
  if (aws) wrapAws(bin, aws, urls.aws);
  await using stack = new AsyncDisposableStack();
  const egress = flags.allowNet ? {} : stack.use(await openEgress(directory)).variables;
  const own = JSON.parse(readFileSync(join(directory, 'env.json'), 'utf8')) as Record<string, string>;
  const env = { ...insideEnvironment(instance, { bin, inherited: process.env }), ...own, ...egress };
  if (process.stdin.isTTY && process.stderr.isTTY)
    process.stderr.write(`meshbed: inside sandbox ${instance.name}, ${urls.aws}; it ends with this command\n`);
  return await runChild(command, env);
}
