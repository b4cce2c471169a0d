import { type ChildProcess, spawn } from 'node:child_process';
import { ready, systemClock, until, waiting } from '@meshbed/core';

/** A program that runs until it is disposed of: a watch, a forwarded port, a log that is followed. */
export class Running implements Disposable {
  output = '';
  readonly #process: ChildProcess;

  constructor(command: string, args: readonly string[], environment: Readonly<Record<string, string>>) {
    this.#process = spawn(command, args, { env: { ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
  }

  /** Until it has written something like this. @throws MeshbedError when it does not within half a minute */
  says(pattern: RegExp): Promise<RegExpExecArray> {
    const condition = () => {
      const found = pattern.exec(this.output);
      return found ? ready(found) : waiting(this.output || 'it has said nothing');
    };
    return until(condition, { clock: systemClock, what: `${pattern.source} in its output`, timeoutMs: 30_000 });
  }

  [Symbol.dispose](): void {
    this.#process.kill();
  }
}
