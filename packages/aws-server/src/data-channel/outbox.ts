import type { Clock } from '@meshbed/core';

export interface OutboxOptions {
  clock: Clock;
  transmit(frame: Buffer): void;
  /** The peer acknowledged nothing for the whole retry budget. */
  onGivenUp(): void;
  /** Frames in flight changed: for flow control. */
  onProgress(inFlight: number): void;
}

/** Waits of the reference agent: 200 ms, growing to one second, about five minutes in all. */
const firstRetryMs = 200;
const longestRetryMs = 1000;
const retryFactor = 1.5;
const mostAttempts = 3000;

/** Frames that were sent and not acknowledged; repeats the oldest until it is. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #frames = new Map<number, Buffer>();
  #retryMs = firstRetryMs;
  #attempts = 0;
  #timer: Disposable | undefined;
  #nextSequence = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  get inFlight(): number {
    return this.#frames.size;
  }

  /** Sends the frame that `build` makes for the next sequence number, and keeps it until it is acknowledged. */
  send(build: (sequence: number) => Buffer): void {
    const sequence = this.#nextSequence++;
    const frame = build(sequence);
    this.#frames.set(sequence, frame);
    this.#options.transmit(frame);
    this.#timer ??= this.#schedule();
  }

  acknowledge(sequence: number): void {
    if (!this.#frames.delete(sequence)) return;
    this.#retryMs = firstRetryMs;
    this.#attempts = 0;
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#frames.size > 0 ? this.#schedule() : undefined;
    this.#options.onProgress(this.#frames.size);
  }

  close(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#frames.clear();
  }

  #schedule(): Disposable {
    return this.#options.clock.after(this.#retryMs, () => this.#repeat());
  }

  #repeat(): void {
    const [oldest] = this.#frames.values();
    if (!oldest) return;
    if (++this.#attempts > mostAttempts) return this.#options.onGivenUp();
    this.#options.transmit(oldest);
    this.#retryMs = Math.min(this.#retryMs * retryFactor, longestRetryMs);
    this.#timer = this.#schedule();
  }
}
