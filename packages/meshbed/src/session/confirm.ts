import { createInterface } from 'node:readline/promises';
import { MeshbedError } from '@meshbed/core';

/** Asks on the terminal; without one, nothing happens unless `--yes` was given. */
export async function confirm(
  question: string,
  { signal, what = 'be deleted' }: { signal: AbortSignal; what?: string },
): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new MeshbedError('user/unconfirmed', `nobody can be asked whether this may ${what}`, {
      next: 'add --yes when it may',
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `, { signal })).trim());
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  } finally {
    terminal.close();
  }
}
