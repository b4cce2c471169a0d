import type { Clock } from '@meshbed/core';

/**
 * Many triggers, few runs: runs `quietMs` after the first trigger, never twice at the same time, and once more when it was
 * triggered meanwhile. A run that fails is tried again after `retryMs`. Nothing runs any more once `signal` aborts.
 */
export function coalesce(options: {
  clock: Clock;
  signal: AbortSignal;
  quietMs: number;
  retryMs: number;
  run: () => void | Promise<void>;
  onError: (error: unknown) => void;
}): () => void {
  const { clock, signal, quietMs, retryMs } = options;
  let waiting = false;
  let running = false;
  let timer: Disposable | undefined;
  const runAfter = (ms: number) => {
    timer?.[Symbol.dispose]();
    if (!signal.aborted) timer = clock.after(ms, () => void execute());
  };
  const execute = async () => {
    waiting = false;
    running = true;
    const failed = await attempt(options);
    running = false;
    if (waiting) runAfter(quietMs);
    else if (failed) runAfter(retryMs);
  };
  signal.addEventListener('abort', () => timer?.[Symbol.dispose](), { once: true });
  return () => {
    if (waiting) return;
    waiting = true;
    if (!running) runAfter(quietMs);
  };
}

/** Whether the run failed; what fails because everything ends is no error. */
async function attempt({ run, onError, signal }: Parameters<typeof coalesce>[0]): Promise<boolean> {
  try {
    await run();
    return false;
  } catch (error) {
    if (!signal.aborted) onError(error);
    return true;
  }
}
