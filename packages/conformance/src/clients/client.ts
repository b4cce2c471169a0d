import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Found } from '../case.ts';

/** A client of the clouds that nobody here wrote. */
export interface Client {
  /** As the table shows it: `kubectl 1.32`. */
  name: string;
  /** Whether CI installs it, so that its absence there is a failure. */
  inCi: boolean;
  /** How to get it, for those who miss it. */
  install: string;
  find(): Promise<Found | undefined>;
}

/** What a program prints about its version; undefined when there is no such program. */
export async function versionOf(
  command: string,
  args: readonly string[],
  pattern: RegExp,
): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args);
    return pattern.exec(stdout + stderr)?.[1];
  } catch {
    return undefined;
  }
}

/** A program found on the PATH. */
export async function program(
  command: string,
  args: readonly string[] = ['--version'],
  pattern: RegExp = /(\d+\.\d+[\w.]*)/,
): Promise<Found | undefined> {
  const version = await versionOf(command, args, pattern);
  return version === undefined ? undefined : { command, version };
}
