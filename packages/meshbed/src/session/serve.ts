import { randomBytes } from 'node:crypto';
import type { Configuration } from '@meshbed/runner';
import { systemClock } from '@meshbed/core';
import { versionOf } from '../version.ts';
import { configurationFor } from './configuration.ts';
import { startControl } from './control.ts';
import { describeInstance, instancesFolder, removeStale, writeInstance, type Instance } from './instance.ts';
import { onPort } from './port.ts';
import type { RunningSandbox } from './sandbox.ts';
import { timingNamed } from './timing.ts';

export interface Published extends AsyncDisposable {
  instance: Instance;
  /** Resolves when another command asks the sandbox to stop. */
  stopAsked: Promise<void>;
}

/** Lets other commands find the sandbox and end it, until disposed. */
export async function publish(sandbox: RunningSandbox, clusterName: string): Promise<Published> {
  const { promise: stopAsked, resolve: stop } = Promise.withResolvers<void>();
  const facts = { pid: process.pid, version: versionOf(), startedMs: systemClock.now() };
  const secret = randomBytes(24).toString('base64url');
  const control = await startControl({ secret, health: facts, stop });
  const instance = describeInstance(sandbox, { ...facts, clusterName, secret, control: control.url });
  writeInstance(instance);
  return { instance, stopAsked, [Symbol.asyncDispose]: () => control[Symbol.asyncDispose]() };
}

/** How a sandbox is started that people work with. */
export interface StartOptions extends Readonly<Record<string, unknown>> {
  /** Default: the usual one, or the next that is free. */
  port?: number;
  seed?: string;
  timing?: string;
}

export interface Found extends Published {
  sandbox: RunningSandbox;
  configuration: Configuration;
}

/** Starts a sandbox that other commands find, for as long as `use` runs. */
export async function withPublished<T>(options: StartOptions, use: (found: Found) => Promise<T>): Promise<T> {
  const { configuration } = configurationFor({ flags: options, target: 'sandbox' });
  removeStale();
  const { sandboxOptionsOf, withSandbox } = await import('./sandbox.ts');
  const chosen = {
    ...sandboxOptionsOf(configuration),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    profile: timingNamed(options.timing),
    wallClock: true,
    parent: instancesFolder(),
  };
  return onPort(options.port, (port) =>
    withSandbox(
      async (sandbox) => {
        await using published = await publish(sandbox, configuration.clusterName);
        return await use({ ...published, sandbox, configuration });
      },
      { ...chosen, port },
    ),
  );
}
