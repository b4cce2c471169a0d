import type { Clock, EventLog } from '@meshbed/core';
import { messageOf } from '@meshbed/core';

/** Brings one object to its desired state; a number asks to look again after that many milliseconds. */
export type Reconcile = (key: string) => void | number | undefined | Promise<void | number | undefined>;

export interface QueueOptions {
  name: string;
  clock: Clock;
  log: EventLog;
  reconcile: Reconcile;
}

const firstRetryMs = 5;
const longestRetryMs = 60_000;

/**
 * Keys that want reconciling, each at most once: a key that is added again while it waits changes nothing, one that is
 * added while it is being worked on runs again. A failed key is retried with growing pauses.
 */
export class WorkQueue implements Disposable {
  readonly #options: QueueOptions;
  readonly #waiting = new Set<string>();
  readonly #timers = new Map<string, { dueMs: number; timer: Disposable }>();
  readonly #failures = new Map<string, number>();
  #running = false;
  #disposed = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  add(key: string): void {
    if (this.#disposed) return;
    this.#cancelTimer(key);
    this.#waiting.add(key);
    if (this.#running) return;
    this.#running = true;
    queueMicrotask(() => void this.#run());
  }

  /** The earliest of several requests for one key wins. */
  addAfter(key: string, delayMs: number): void {
    const dueMs = this.#options.clock.now() + delayMs;
    if (this.#disposed || this.#waiting.has(key) || (this.#timers.get(key)?.dueMs ?? Infinity) <= dueMs) return;
    this.#cancelTimer(key);
    this.#timers.set(key, { dueMs, timer: this.#options.clock.after(delayMs, () => this.add(key)) });
  }

  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#waiting.clear();
    for (const key of this.#timers.keys()) this.#cancelTimer(key);
  }

  async #run(): Promise<void> {
    for (const key of this.#waiting) {
      this.#waiting.delete(key); // a key that is added again goes to the end of the iteration
      await this.#reconcile(key);
    }
    this.#running = false;
  }

  async #reconcile(key: string): Promise<void> {
    try {
      const againMs = await this.#options.reconcile(key);
      this.#failures.delete(key);
      if (typeof againMs === 'number') this.addAfter(key, againMs);
    } catch (error) {
      this.#retry(key, error);
    }
  }

  #retry(key: string, error: unknown): void {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    if (!isConflict(error)) {
      const { log, name } = this.#options;
      log.write('kube', 'reconcile failed', { controller: name, key, error: messageOf(error) });
    }
    this.addAfter(key, Math.min(firstRetryMs * 2 ** failures, longestRetryMs));
  }

  #cancelTimer(key: string): void {
    this.#timers.get(key)?.timer[Symbol.dispose]();
    this.#timers.delete(key);
  }
}

/** Somebody else wrote first: ordinary under optimistic concurrency, not worth telling. */
function isConflict(error: unknown): boolean {
  return error instanceof Error && 'reason' in error && error.reason === 'Conflict';
}
