import { type ChildProcess, spawn } from 'node:child_process';
import { PassThrough, Transform } from 'node:stream';
import type { ExecOptions, ExecSession } from '@meshbed/core';

/** What a shell answers when a command can't be found (127) or can't be started (126). */
const exitCodeOfFailure = (code: string | undefined) => (code === 'ENOENT' ? 127 : 126);

export interface ChildOptions extends ExecOptions {
  env: Readonly<Record<string, string>>;
  /** Its working directory. */
  folder: string;
}

/** Commands of users: real child processes, each in a process group of its own so that nothing of it survives. */
export class Children {
  readonly #running = new Set<ChildProcess>();

  start(command: readonly string[], options: ChildOptions): ExecSession {
    const [file = '', ...args] = command;
    const size = options.size && { COLUMNS: String(options.size.columns), LINES: String(options.size.rows) };
    const child = spawn(file, args, {
      cwd: options.folder,
      env: { ...options.env, ...size },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#running.add(child);
    return sessionOf(child, options.tty, () => this.#running.delete(child));
  }

  /** Ends every command that is still running. */
  stop(): void {
    for (const child of this.#running) killGroup(child);
  }
}

function sessionOf(child: ChildProcess, tty: boolean, onExit: () => void): ExecSession {
  const stdout = tty ? new LineEnds() : new PassThrough();
  const stderr = new PassThrough();
  const open = [child.stdout, child.stderr];
  for (const source of open) source?.on('end', () => (open.pop(), open.length === 0 && stdout.end()));
  child.stdout?.pipe(stdout, { end: false });
  child.stderr?.pipe(tty ? stdout : stderr, { end: !tty });
  if (tty) stderr.end();
  child.stdin?.on('error', () => {}); // a command that ends without reading its input
  const exited = new Promise<number>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      (tty ? stdout : stderr).write(
        `${error.path ?? 'command'}: ${error.code === 'ENOENT' ? 'not found' : error.message}\n`,
      );
      resolve(exitCodeOfFailure(error.code));
    });
    child.once('close', (code, signal) => resolve(code ?? (signal ? 137 : 1)));
  });
  void exited.then(onExit);
  const stdin = child.stdin ?? new PassThrough();
  return { stdin, stdout, stderr, resize: () => {}, kill: () => killGroup(child), exited };
}

/** A terminal ends lines with CR LF; there is no pseudo-terminal behind it, so a resize has nothing to tell. */
class LineEnds extends Transform {
  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: null, data: string) => void): void {
    done(null, chunk.toString('utf8').replaceAll(/\r?\n/g, '\r\n'));
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}
