import { join } from 'node:path';
import { type Clock, MeshbedError } from '@meshbed/core';
import { fromKubeconfig, type KubeApi } from '@meshbed/kube-client';

/** What a command sees of the process it runs in. */
export interface CommandContext {
  env: Readonly<Record<string, string | undefined>>;
  write: (text: string) => void;
  writeError: (text: string) => void;
  /** Waits and signatures go by it. */
  clock: Clock;
  /** Standard input, for `-f -`. */
  readInput?: () => Promise<string>;
}

export interface CommandInput {
  flags: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  words: readonly string[];
  context: CommandContext;
  kube: () => Promise<KubeApi>;
}

/** The API of the cluster that `--context` and KUBECONFIG name. */
export function connectKube(context: CommandContext, flags: CommandInput['flags']): Promise<KubeApi> {
  const file =
    text(flags['kubeconfig']) ??
    context.env['KUBECONFIG']?.split(':')[0] ??
    join(context.env['HOME'] ?? '', '.kube', 'config');
  return fromKubeconfig(file, { context: text(flags['context']), env: context.env });
}

type Flag = CommandInput['flags'][string];

export const text = (flag: Flag): string | undefined => (typeof flag === 'string' ? flag : undefined);

/** Of a flag that may be given several times. */
export const texts = (flag: Flag): string[] =>
  (Array.isArray(flag) ? (flag as readonly unknown[]) : []).filter((each) => typeof each === 'string');

/** @throws MeshbedError `user/argument` when the flag is absent. */
export function required(flags: CommandInput['flags'], name: string): string {
  const value = text(flags[name]);
  if (value === undefined)
    throw new MeshbedError('user/argument', `required flag "${name}" not set`, { next: 'istioctl --help' });
  return value;
}
