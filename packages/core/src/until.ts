import type { Clock } from './clock.ts';
import { MeshbedError, messageOf } from './errors.ts';

/** Where a wait stands: `ready` with the value, or `waiting` with the reason in words that a person can act on. */
export type Progress<T> = { state: 'ready'; value: T } | { state: 'waiting'; reason: string };

export const ready = <T>(value: T): Progress<T> => ({ state: 'ready', value });
export const waiting = (reason: string): Progress<never> => ({ state: 'waiting', reason });

export interface UntilOptions {
  clock: Clock;
  /** What is awaited, for the message when time runs out. */
  what: string;
  timeoutMs: number;
  /** First pause; each further one is `factor` times longer, up to `maxMs`. */
  backoff?: { firstMs: number; factor: number; maxMs: number };
  /** Errors for which to try again; any other ends the wait at once. */
  retryOn?: (error: unknown) => boolean;
  /** Called whenever the reason for waiting changes. */
  onWaiting?: (reason: string) => void;
  signal?: AbortSignal | undefined;
  /** What to do when it times out. */
  next?: string;
}

const defaultBackoff = { firstMs: 20, factor: 1.6, maxMs: 5000 };

/**
 * Asks `condition` until it is ready and returns the value. The last reason is part of the error when `timeoutMs` is over.
 * @throws MeshbedError `cloud/timeout`; whatever the condition throws and `retryOn` does not accept; the signal's reason.
 */
export async function until<T>(condition: () => Progress<T> | Promise<Progress<T>>, options: UntilOptions): Promise<T> {
  const { clock, timeoutMs, backoff = defaultBackoff, signal } = options;
  const deadline = clock.now() + timeoutMs;
  let pauseMs = backoff.firstMs;
  let told = '';
  for (;;) {
    signal?.throwIfAborted();
    const progress = await attempt(condition, options);
    if (progress.state === 'ready') return progress.value;
    if (progress.reason !== told) options.onWaiting?.((told = progress.reason));
    const leftMs = deadline - clock.now();
    if (leftMs <= 0) throw timedOut(options, progress.reason);
    await clock.sleep(Math.min(pauseMs, leftMs), signal);
    pauseMs = Math.min(pauseMs * backoff.factor, backoff.maxMs);
  }
}

async function attempt<T>(condition: () => Progress<T> | Promise<Progress<T>>, options: UntilOptions) {
  try {
    return await condition();
  } catch (error) {
    if (options.retryOn?.(error)) return waiting(messageOf(error));
    throw error;
  }
}

function timedOut({ what, timeoutMs, next }: UntilOptions, reason: string): MeshbedError {
  const details = next === undefined ? { likely: reason } : { likely: reason, next };
  return new MeshbedError('cloud/timeout', `${what}: not within ${timeoutMs / 1000} s (${reason})`, details);
}
