import { spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import type { ExecSession } from '@meshbed/core';

export interface ChildExec extends ExecSession {
  readonly sizes: { columns: number; rows: number }[];
  killed(): boolean;
}

/** A command as a real child process with pipes; remembers the sizes that a terminal would have been set to. */
export function childExec(command: readonly string[]): ChildExec {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { stdio: 'pipe' });
  const stdout = new PassThrough();
  child.stdout.pipe(stdout);
  let failedToStart = false;
  const exited = new Promise<number>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      stdout.end();
      failedToStart = true;
      resolve(error.code === 'ENOENT' ? 127 : 126);
    });
    child.once('close', (code) => resolve(code ?? 137));
  });
  const sizes: { columns: number; rows: number }[] = [];
  let killed = false;
  return {
    stdin: child.stdin,
    stdout,
    stderr: child.stderr,
    resize: (size) => void sizes.push(size),
    kill() {
      killed = true;
      child.kill('SIGKILL');
    },
    exited,
    get failedToStart() {
      return failedToStart;
    },
    sizes,
    killed: () => killed,
  };
}
