import { MeshbedError, type Clock } from '@meshbed/core';
import type { AccountName, Configuration, Target } from '@meshbed/runner';
import { describeOrigin, type Loaded } from '@meshbed/runner/configuration';
import { refuseOther } from './configured.ts';
import { findInstance } from './instance.ts';
import { withInstance } from './reach.ts';

/** Where a command works: a sandbox that runs, or the clouds of the configuration. */
export interface Environment {
  target: Target;
  /** What runs in it goes by the same clock. */
  clock: Clock;
}

/** With the configuration that fits: a sandbox knows the name of its cluster. */
export interface Opened extends Environment {
  configuration: Configuration;
}

export interface Place {
  loaded: Loaded;
  /** Sandbox that was named by a flag. */
  instance?: string | undefined;
  /** The accounts that have to be logged in to; default: all. */
  accounts?: readonly AccountName[];
}

export const isCloud = ({ configuration }: Loaded): boolean => configuration.target === 'cloud';

/**
 * The environment that exists already: of the configured clouds, or of the named sandbox, else the newest.
 * @throws MeshbedError `user/no-instance`, `user/other-environment`, `user/not-logged-in`, `user/wrong-account`
 */
export async function openEnvironment({ loaded, instance, accounts = ['local', 'external'] }: Place): Promise<Opened> {
  const { configuration } = loaded;
  if (isCloud(loaded)) {
    refuseSandboxFlags(loaded, { instance });
    const { openCloud } = await import('./cloud.ts');
    return { ...(await openCloud(configuration, accounts)), configuration };
  }
  // Loaded here: commands that only list do without the clouds' SDKs.
  const { attach } = await import('./attach.ts');
  const found = findInstance(withInstance(instance === undefined ? {} : { instance }).instance ?? 'latest');
  const { target, clock } = attach(found);
  refuseOther(target, loaded);
  const named = loaded.values.get('clusterName')?.origin.kind !== 'default';
  return { target, clock, configuration: named ? configuration : { ...configuration, clusterName: found.clusterName } };
}

const ofSandboxes = {
  instance: '--instance names a sandbox',
  keep: '--keep leaves a sandbox running',
  timing: '--timing is about sandboxes',
} as const;

/** @throws MeshbedError `user/contradiction` for flags that only mean something in a sandbox, when the target is another. */
export function refuseSandboxFlags(loaded: Loaded, flags: Readonly<Record<string, unknown>>): void {
  const given = Object.keys(ofSandboxes).find((name) => flags[name] !== undefined) as
    | keyof typeof ofSandboxes
    | undefined;
  if (!isCloud(loaded) || given === undefined) return;
  const { origin } = loaded.values.get('target') ?? { origin: { kind: 'default' } as const };
  throw new MeshbedError('user/contradiction', `${ofSandboxes[given]}, but the target is the cloud`, {
    object: describeOrigin(origin),
    next: `leave out --${given}, or add --target sandbox`,
  });
}
