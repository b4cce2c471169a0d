import { describeError, type ProgramContext } from '@meshbed/core';

/** Resolves when `signal` aborts. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Waits for `work`. @throws the signal's reason when it aborts before */
export async function orAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  await Promise.race([work, aborted(signal)]);
  signal.throwIfAborted();
}

/**
 * Runs a program until it is told to stop (0) or can't go on (1, with the reason in its log). What `start` puts on the
 * stack ends with it.
 */
export async function runUntilStopped(
  context: ProgramContext,
  start: (stack: AsyncDisposableStack) => Promise<void>,
): Promise<number> {
  context.setHealthy(false);
  try {
    await using stack = new AsyncDisposableStack();
    await start(stack);
    await aborted(context.signal);
    return 0;
  } catch (error) {
    if (context.signal.aborted) return 0;
    context.log(describeError(error));
    return 1;
  } finally {
    context.setHealthy(false);
  }
}
