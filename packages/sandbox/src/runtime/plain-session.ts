import type { ChildProcessByStdio } from 'node:child_process';
import { PassThrough, type Readable, Transform, type Writable } from 'node:stream';
import type { Keeper } from './keeper.ts';
import { outcomeOf, type Session, signal } from './session.ts';
import { TerminalInput } from './terminal.ts';

export type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** A command with pipes, in a process group of its own; with `tty` a line discipline of ours is between. */
export class PlainSession implements Session {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly exited: Promise<number>;
  failedToStart = false;
  readonly #group: number | undefined;

  constructor(child: Child, tty: boolean, keeper: Keeper) {
    const stdout = tty ? new LineEnds() : new PassThrough();
    const stderr = new PassThrough();
    const errors = tty ? stdout : stderr;
    child.stdout.pipe(stdout, { end: false });
    child.stderr.pipe(errors, { end: false });
    if (tty) stderr.end();
    this.#group = child.pid;
    const kept = child.pid === undefined ? undefined : keeper.watch(child.pid);
    const stdin = child.stdin.on('error', () => {}); // a command may end without reading its input
    this.stdin = tty ? this.#keyboard(stdin, stdout) : stdin;
    this.stdout = stdout;
    this.stderr = stderr;
    this.exited = outcomeOf(child).then(({ code, failure }) => {
      this.failedToStart = failure !== undefined;
      if (failure !== undefined) errors.write(`${failure}\n`);
      for (const output of [stdout, stderr]) output.end();
      this.kill(); // what it left behind
      kept?.[Symbol.dispose]();
      return code;
    });
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

  kill(name: 'SIGINT' | 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): void {
    if (this.#group !== undefined) signal(-this.#group, name);
  }
}

/** A terminal ends lines with CR LF. Latin-1 keeps characters whole that are cut between two chunks. */
class LineEnds extends Transform {
  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (error: null, data: Buffer) => void): void {
    done(null, Buffer.from(chunk.toString('latin1').replaceAll(/\r?\n/g, '\r\n'), 'latin1'));
  }
}
