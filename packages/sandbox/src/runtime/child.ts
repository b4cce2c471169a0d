import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { PassThrough, type Readable, Transform, type Writable } from 'node:stream';
import type { ExecOptions, ExecSession } from '@meshbed/core';
import type { Keeper } from './keeper.ts';
import { TerminalInput } from './terminal.ts';

export interface ChildOptions extends ExecOptions {
  env: Readonly<Record<string, string>>;
  /** Its working directory; default: this process's. */
  folder?: string;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Commands of users: real child processes, each in a process group of its own so that nothing of it survives. */
export class Children {
  readonly #keeper: Keeper;
  readonly #running = new Map<ChildSession, Promise<void>>();

  constructor(keeper: Keeper) {
    this.#keeper = keeper;
  }

  start([file = '', ...args]: readonly string[], { env, folder, tty, size }: ChildOptions): ChildSession {
    const terminal = size ? { COLUMNS: String(size.columns), LINES: String(size.rows) } : {};
    const child = spawn(file, args, {
      cwd: folder,
      env: { ...env, ...terminal },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const kept = child.pid === undefined ? undefined : this.#keeper.watch(child.pid);
    const session = new ChildSession(child, tty);
    const gone = session.exited.then(() => {
      session.kill(); // what it left behind in its group
      kept?.[Symbol.dispose]();
      this.#running.delete(session);
    });
    this.#running.set(session, gone);
    return session;
  }

  /** Ends every command that is still running. */
  async stop(): Promise<void> {
    for (const session of this.#running.keys()) session.kill();
    await Promise.all(this.#running.values());
  }
}

export class ChildSession implements ExecSession {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exited: Promise<number>;
  readonly #group: number | undefined;

  constructor(child: Child, tty: boolean) {
    const stdout = tty ? new LineEnds() : new PassThrough();
    const stderr = new PassThrough();
    const errors = tty ? stdout : stderr;
    child.stdout.pipe(stdout, { end: false });
    child.stderr.pipe(errors, { end: false });
    if (tty) stderr.end();
    this.#group = child.pid;
    const stdin = child.stdin.on('error', () => {}); // a command may end without reading its input
    this.stdin = tty ? this.#keyboard(stdin, stdout) : stdin;
    this.stdout = stdout;
    this.stderr = stderr;
    this.exited = outcomeOf(child, errors).finally(() => [stdout, stderr].forEach((output) => output.end()));
  }

  /** Keys become lines for the command; they are echoed past the making of line ends. */
  #keyboard(stdin: Writable, screen: PassThrough | LineEnds): Writable {
    const keys = new TerminalInput({
      echo: (text) => screen.writable && screen.push(text),
      interrupt: () => this.kill('SIGINT'),
    });
    keys.pipe(stdin);
    return keys.on('error', () => {});
  }

  /** There is no pseudo-terminal behind it, so a new size has nobody to be told to. */
  resize(): void {}

  kill(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): void {
    if (this.#group === undefined) return;
    try {
      process.kill(-this.#group, signal);
    } catch {
      // nothing of the group is left
    }
  }
}

/** The exit code as a shell gives it: 127 not found, 126 can't be started, 128 + n ended by signal n. */
function outcomeOf(child: Child, errors: Writable): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      errors.write(code === 'ENOENT' ? `${child.spawnfile}: not found\n` : `${message}\n`);
      resolve(code === 'ENOENT' ? 127 : 126);
    });
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

/** A terminal ends lines with CR LF. Latin-1 keeps characters whole that are cut between two chunks. */
class LineEnds extends Transform {
  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: null, data: Buffer) => void): void {
    done(null, Buffer.from(chunk.toString('latin1').replaceAll(/\r?\n/g, '\r\n'), 'latin1'));
  }
}
