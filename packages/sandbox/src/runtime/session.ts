import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import type { ExecSession } from '@meshbed/core';

/** A command that runs, with all that it started. */
export interface Session extends ExecSession {
  kill(signal?: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void;
}

export interface Outcome {
  /** As a shell gives it: 127 not found, 126 can't be started, 128 + n ended by signal n. */
  code: number;
  /** Why it never ran. */
  failure?: string;
}

/** Resolves when the command has ended and all of its output was read. */
export function outcomeOf(child: ChildProcess): Promise<Outcome> {
  return new Promise((resolve) => {
    child.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      const isMissing = code === 'ENOENT';
      resolve({ code: isMissing ? 127 : 126, failure: isMissing ? `${child.spawnfile}: not found` : message });
    });
    child.once('close', (code, signal) => resolve({ code: code ?? 128 + (signal ? constants.signals[signal] : 0) }));
  });
}

/** To a process, or with a negative number to a process group; it may be gone. */
export function signal(target: number, name: NodeJS.Signals): void {
  try {
    process.kill(target, name);
  } catch {
    // nothing of it is left
  }
}
