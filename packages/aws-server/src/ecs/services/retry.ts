import type { Profile } from '@meshbed/core';

interface Backoff {
  firstMs: number;
  longestMs: number;
}

/** How long a service waits before it tries again to start a task. In AWS up to 27 minutes. */
const backoffs: Readonly<Record<Profile, Backoff>> = {
  instant: { firstMs: 500, longestMs: 10_000 },
  fast: { firstMs: 500, longestMs: 10_000 },
  real: { firstMs: 30_000, longestMs: 27 * 60_000 },
};

/** Doubles with each failure in a row; a task that ended after it had run counts as none. */
export function retryDelayMs(profile: Profile, failuresInRow: number): number {
  const { firstMs, longestMs } = backoffs[profile];
  return Math.min(firstMs * 2 ** Math.max(failuresInRow - 1, 0), longestMs);
}

/** The circuit breaker's threshold: half of the desired tasks, at least 3 and at most 200. */
export const failedTasksToBreak = (desiredCount: number): number =>
  Math.min(Math.max(Math.ceil(desiredCount / 2), 3), 200);
