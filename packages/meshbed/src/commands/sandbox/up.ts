import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MeshbedError, ready, systemClock, until, waiting } from '@meshbed/core';
import { removeStale } from '../../session/control.ts';
import { instancesFolder, listInstances, type Instance } from '../../session/instance.ts';
import { createInterrupt } from '../../session/interrupt.ts';
import { invitation } from '../../session/keep.ts';
import { withPublished } from '../../session/serve.ts';
import { configurationArguments, refuseCloud } from '../options.ts';

export interface StartFlags extends Record<string, unknown> {
  port?: number;
  seed?: string;
  timing?: string;
}

export interface UpFlags extends StartFlags {
  detach?: boolean;
}

const bin = fileURLToPath(new URL('../../../bin/meshbed.mjs', import.meta.url));

/** `sandbox up`: a sandbox that other commands find, here or in the background. */
export async function upCommand({ detach, ...flags }: UpFlags): Promise<void> {
  refuseCloud('sandbox up', flags);
  if (detach) return startDetached(flags);
  using interrupt = createInterrupt();
  await withPublished(flags, async ({ sandbox }) => {
    process.stdout.write(`ready ${sandbox.url}\n${invitation(sandbox)}`);
    await Promise.race([interrupt.stopped, sandbox.stopAsked]);
  });
}

const startsWithinMs = 60_000;

/** Waits until it is ready; one that ends early is an error with what it said. */
async function startDetached(flags: StartFlags): Promise<void> {
  await removeStale();
  const logFile = join(dirname(instancesFolder()), 'logs', `sandbox-${process.pid}.log`);
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'w');
  const args = [bin, 'sandbox', 'up', ...configurationArguments(flags), ...startArguments(flags)];
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  let ended = false;
  child.on('exit', () => (ended = true));
  const instance = await until(
    () => {
      const found = listInstances().find(({ pid }) => pid === child.pid);
      if (found) return ready(found);
      if (ended) throw endedEarly(readFileSync(logFile, 'utf8'));
      return waiting('it is starting');
    },
    { clock: systemClock, what: 'sandbox', timeoutMs: startsWithinMs, next: `read ${logFile}` },
  );
  child.unref();
  process.stdout.write(`${describe(instance)}\n`);
}

const startArguments = ({ port, seed, timing }: StartFlags): string[] =>
  Object.entries({ port, seed, timing }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, String(value)],
  );

const endedEarly = (output: string) =>
  new MeshbedError('environment/sandbox-ended', 'the sandbox ended before it was ready', {
    likely: output.trim().split('\n').slice(-5).join('\n'),
  });

const describe = ({ name, urls, directory, environmentFile }: Instance) =>
  [
    `Sandbox ${name} is running.`,
    `  AWS          ${urls.aws}`,
    `  directory    ${directory}`,
    `  environment  . ${environmentFile}`,
    '',
    '  meshbed run 1 --instance latest',
    '  meshbed cleanup --eks --instance latest',
    '  meshbed sandbox down',
  ].join('\n');
