import { spawn } from 'node:child_process';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import type { Keeper } from './keeper.ts';
import {
  atPseudoTerminal,
  leaderOf,
  processesOf,
  resizeTerminal,
  type TerminalSize,
  usualSize,
} from './pseudo-terminal.ts';
import { outcomeOf, type Session, signal } from './session.ts';
import { isShell } from './shells.ts';

export interface TerminalOptions {
  env: Readonly<Record<string, string>>;
  folder?: string;
  size?: TerminalSize;
}

/** A command at a real pseudo-terminal: echo, signals from keys and sizes are the kernel's. */
export class TerminalSession implements Session {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable = new PassThrough().end();
  readonly exited: Promise<number>;
  readonly #process: number | undefined;
  /** Whether its jobs may have process groups of their own. */
  readonly #hasJobs: boolean;
  readonly #leader: Promise<number | undefined>;
  #known: number | undefined;
  #size: TerminalSize | undefined;

  constructor(command: readonly string[], { env, folder, size = usualSize }: TerminalOptions, keeper: Keeper) {
    const [file = '', ...args] = atPseudoTerminal(command, size);
    const child = spawn(file, args, {
      cwd: folder,
      env: { TERM: 'xterm-256color', ...env, SHELL: '/bin/sh' },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    });
    this.#hasJobs = isShell(command);
    this.#process = child.pid;
    this.#leader = leaderOf(child).then((pid) => (this.#known = pid));
    this.stdin = child.stdin as Writable;
    this.stdin.on('error', () => {}); // a command may end without reading its input
    this.stdout = child.stdout as Readable;
    child.stderr?.resume();
    const kept = [child.pid === undefined ? undefined : keeper.watch(child.pid)];
    void this.#leader.then((pid) => kept.push(pid === undefined ? undefined : keeper.watchSession(pid)));
    this.exited = outcomeOf(child).then(({ code }) => {
      this.kill(); // what it left behind
      for (const each of kept) each?.[Symbol.dispose]();
      return code;
    });
  }

  resize(size: TerminalSize): void {
    const isFirst = this.#size === undefined;
    this.#size = size;
    // Sizes that come while the terminal is being made are one.
    if (isFirst || this.#known !== undefined) void this.#leader.then((pid) => this.#apply(pid));
  }

  #apply(leader: number | undefined): void {
    if (leader !== undefined && this.#size !== undefined) resizeTerminal(leader, this.#size);
  }

  kill(name: 'SIGINT' | 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): void {
    if (this.#known !== undefined) signal(-this.#known, name);
    if (name !== 'SIGKILL') return;
    if (this.#known !== undefined && this.#hasJobs) for (const pid of processesOf(this.#known)) signal(pid, name);
    if (this.#process !== undefined) signal(-this.#process, name);
  }
}
