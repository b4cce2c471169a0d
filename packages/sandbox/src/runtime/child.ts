import { spawn } from 'node:child_process';
import type { ExecOptions } from '@meshbed/core';
import { isExecutable } from './executable.ts';
import type { Keeper } from './keeper.ts';
import { PlainSession } from './plain-session.ts';
import type { Session } from './session.ts';
import { asInteractive } from './shells.ts';
import { TerminalSession } from './terminal-session.ts';

export interface ChildOptions extends ExecOptions {
  env: Readonly<Record<string, string>>;
  /** Its working directory; default: this process's. */
  folder?: string;
  /** Whether this machine makes pseudo-terminals; where it doesn't, a line discipline of our own stands for one. */
  hasPseudoTerminals?: boolean;
}

/** Commands of users: real child processes, with all that they start, so that nothing survives. */
export class Children {
  readonly #keeper: Keeper;
  readonly #running = new Set<Session>();

  constructor(keeper: Keeper) {
    this.#keeper = keeper;
  }

  start(command: readonly string[], options: ChildOptions): Session {
    const session = this.#open(command, options);
    this.#running.add(session);
    void session.exited.finally(() => this.#running.delete(session));
    return session;
  }

  #open(command: readonly string[], options: ChildOptions): Session {
    const { env, folder, tty, hasPseudoTerminals = false } = options;
    const where = { path: env['PATH'] ?? '', ...(folder === undefined ? {} : { folder }) };
    if (tty && hasPseudoTerminals && isExecutable(command[0] ?? '', where))
      return new TerminalSession(command, options, this.#keeper);
    const [file = '', ...args] = tty ? asInteractive(command) : command;
    const child = spawn(file, args, {
      cwd: folder,
      env: { ...env, ...(tty ? sizeVariables(options) : {}) },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    return new PlainSession(child, tty, this.#keeper);
  }

  /** Ends every command that is still running. */
  async stop(): Promise<void> {
    for (const session of this.#running) session.kill();
    await Promise.all([...this.#running].map(({ exited }) => exited));
  }
}

const sizeVariables = ({ size }: ExecOptions): Record<string, string> =>
  size ? { COLUMNS: String(size.columns), LINES: String(size.rows) } : {};
