import type { Configuration } from '@meshbed/runner';
import { systemClock } from '@meshbed/core';
import { versionOf } from '../version.ts';
import { configurationFor } from './configuration.ts';
import { removeStale } from './control.ts';
import {
  describeInstance,
  heartbeatMs,
  type Instance,
  instancesFolder,
  touchInstance,
  writeInstance,
} from './instance.ts';
import { onPort } from './port.ts';
import type { RunningSandbox } from './sandbox.ts';
import { timingNamed } from './timing.ts';

export interface Published extends Disposable {
  instance: Instance;
}

/** Lets other commands find the sandbox, until disposed. */
export function publish(sandbox: RunningSandbox, clusterName: string): Published {
  const instance = describeInstance(sandbox, {
    pid: process.pid,
    version: versionOf(),
    startedMs: systemClock.now(),
    clusterName,
  });
  writeInstance(instance);
  const heart = beat(() => touchInstance(instance));
  return { instance, [Symbol.dispose]: () => heart[Symbol.dispose]() };
}

/** Does it again and again, without keeping the process. */
function beat(action: () => void): Disposable {
  let timer = systemClock.after(heartbeatMs, function again() {
    action();
    timer = systemClock.after(heartbeatMs, again);
  });
  return { [Symbol.dispose]: () => timer[Symbol.dispose]() };
}

/** How a sandbox is started that people work with. */
export interface StartOptions extends Readonly<Record<string, unknown>> {
  /** Default: the usual one, or the next that is free. */
  port?: number;
  seed?: string;
  timing?: string;
}

export interface Found {
  instance: Instance;
  sandbox: RunningSandbox;
  configuration: Configuration;
}

/** Starts a sandbox that other commands find, for as long as `use` runs. */
export async function withPublished<T>(options: StartOptions, use: (found: Found) => Promise<T>): Promise<T> {
  const { configuration } = configurationFor({ flags: options, target: 'sandbox' });
  await removeStale();
  const { sandboxOptionsOf, withSandbox } = await import('./sandbox.ts');
  const chosen = {
    ...sandboxOptionsOf(configuration),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    profile: timingNamed(options.timing),
    wallClock: true,
    defaultVpcs: true,
    parent: instancesFolder(),
  };
  return onPort(options.port, (port) =>
    withSandbox(
      async (sandbox) => {
        using published = publish(sandbox, configuration.clusterName);
        return await use({ instance: published.instance, sandbox, configuration });
      },
      { ...chosen, port },
    ),
  );
}
