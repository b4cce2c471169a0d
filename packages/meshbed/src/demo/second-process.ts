import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { MeshbedError } from '@meshbed/core';
import type { Evidence } from '@meshbed/runner';
import { emptyRun, fold, type RunEvent, type RunState } from '@meshbed/runner/journal';

type Line = RunEvent | ({ kind: 'evidence' } & Evidence);

const bin = fileURLToPath(new URL('../../bin/meshbed.mjs', import.meta.url));

export interface Shown {
  state: RunState;
  /** Of a run that failed. */
  evidence: Evidence | undefined;
}

/**
 * Scenarios in a second process, so that a second core has work. What happens there waits until it is their turn to be
 * shown. It ends with this process, and hears of signals from here only.
 */
export class SecondProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  readonly #lines: AsyncIterator<string>;
  #next: Line | undefined;
  #errors = '';
  #told = false;

  /** @param args of `meshbed demo` there, without those of its output */
  constructor(args: readonly string[], signal: AbortSignal) {
    this.#child = spawn(process.execPath, [bin, 'demo', ...args, '--at-once', '1', '--json'], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    this.#closed = once(this.#child, 'close');
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    this.#lines = createInterface({ input: this.#child.stdout as Readable })[Symbol.asyncIterator]();
    signal.addEventListener('abort', () => this.#stop(), { once: true });
  }

  /** Shows the next run there from its begin. @throws MeshbedError `bug/no-result` when it ends without a result */
  async show(show: (event: RunEvent) => void): Promise<Shown> {
    let state = emptyRun;
    for (;;) {
      const line = await this.#take();
      if (line === undefined || line.kind === 'evidence') throw this.#noResult();
      state = fold(state, line);
      show(line);
      if (line.kind === 'run-ended') break;
    }
    const following = state.outcome === 'failed' ? await this.#take() : undefined;
    if (following?.kind === 'evidence') return { state, evidence: following };
    this.#next = following;
    return { state, evidence: undefined };
  }

  async #take(): Promise<Line | undefined> {
    const kept = this.#next;
    this.#next = undefined;
    if (kept) return kept;
    const { done, value } = await this.#lines.next();
    return done ? undefined : (JSON.parse(value) as Line);
  }

  #noResult(): MeshbedError {
    const { exitCode, signalCode } = this.#child;
    return new MeshbedError('bug/no-result', `a scenario ended without a result (${signalCode ?? exitCode})`, {
      likely: this.#errors.trim(),
      next: 'meshbed demo --at-once 1',
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
    await this.#closed;
  }

  /** Once: the second signal would end it before it has cleaned up. */
  #stop(): void {
    if (!this.#told && this.#child.exitCode === null) this.#child.kill('SIGTERM');
    this.#told = true;
  }
}
