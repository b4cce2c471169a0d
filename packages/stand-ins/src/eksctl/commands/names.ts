import { MeshbedError } from '@meshbed/core';
import type { Call } from '../context.ts';
import { textFlag } from '../context.ts';
import { readConfig } from '../config/read.ts';
import type { ClusterConfig } from '../config/types.ts';

/** The config of `-f FILE`, or of standard input for `-f -`; undefined without the flag. */
export async function configOf({ context, flags }: Call): Promise<ClusterConfig | undefined> {
  const file = textFlag(flags, 'config-file');
  if (file === undefined) return undefined;
  try {
    return readConfig(file === '-' ? await context.readInput() : context.readFile(file));
  } catch (cause) {
    if (cause instanceof MeshbedError) {
      const { likely, next } = cause;
      throw new MeshbedError('user/configuration', `loading config file "${file}": ${cause.message}`, {
        ...(likely === undefined ? {} : { likely }),
        ...(next === undefined ? {} : { next }),
      });
    }
    throw new MeshbedError('user/configuration', `reading config file "${file}"`, { cause });
  }
}

/** One name by flag, by word or from a config; both flag and word are one too many. */
export function oneName(flag: string, { flags, words }: Pick<Call, 'flags' | 'words'>, configured?: string): string {
  const given = [textFlag(flags, flag), words[0], configured].filter((name) => name !== undefined);
  const [name] = given;
  if (name === undefined) throw new MeshbedError('user/argument', `--${flag} must be set`);
  if (given.length > 1 && new Set(given).size > 1) {
    throw new MeshbedError(
      'user/argument',
      `--${flag}=${given[0]} and argument ${given[1]} cannot be used at the same time`,
    );
  }
  return name;
}
