import type { Clock } from '@meshbed/core';

/**
 * Many triggers, few runs: runs `quietMs` after the first trigger, never twice at the same time, and once more when it was
 * triggered meanwhile. A run that fails is tried again after `retryMs`.
 */
export function coalesce(options: {
  clock: Clock;
  quietMs: number;
  retryMs: number;
  run: () => void | Promise<void>;
  onError: (error: unknown) => void;
}): () => void {
  let waiting = false;
  let running = false;
  const trigger = () => {
    if (waiting) return;
    waiting = true;
    if (!running) options.clock.after(options.quietMs, () => void execute());
  };
  const execute = async () => {
    waiting = false;
    running = true;
    try {
      await options.run();
    } catch (error) {
      options.onError(error);
      options.clock.after(options.retryMs, trigger);
    }
    running = false;
    if (waiting) {
      waiting = false;
      trigger();
    }
  };
  return trigger;
}
