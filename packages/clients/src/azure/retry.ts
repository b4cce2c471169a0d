import type { Clock } from '@meshbed/core';
import type { HttpAnswer } from './http.ts';

export interface Patience {
  clock: Clock;
  /** Ends a pause. */
  signal?: AbortSignal | undefined;
  /** From 0 to 1; default: chance. */
  random?: () => number;
}

/** Throttled, or not there for a moment: nothing was done, so that asking again does no harm. */
const passing: ReadonlySet<number> = new Set([429, 503]);
const mostAttempts = 6;
const [firstPauseMs, longestPauseMs] = [1000, 60_000];

/**
 * Asks again after what the Resource Manager's `Retry-After` says, or after growing pauses; up to a fifth longer, so
 * that those who were turned away together don't come back together. The last answer is returned, whatever it is; a
 * pause of more than a minute is not made.
 */
export async function withPatience(
  { clock, signal, random = Math.random }: Patience,
  ask: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask();
    if (!passing.has(answer.status) || attempt === mostAttempts) return answer;
    const asked = askedPauseMs(answer, clock.now());
    if (asked !== undefined && asked > longestPauseMs) return answer;
    const pauseMs = asked ?? Math.min(firstPauseMs * 2 ** (attempt - 1), longestPauseMs);
    await clock.sleep(pauseMs * (1 + random() / 5), signal);
  }
}

/** Seconds or a date; Azure also has headers with milliseconds. */
function askedPauseMs({ headers }: HttpAnswer, nowMs: number): number | undefined {
  const ms = Number(headers['retry-after-ms'] ?? headers['x-ms-retry-after-ms'] ?? Number.NaN);
  if (Number.isFinite(ms)) return ms;
  const after = headers['retry-after'];
  if (typeof after !== 'string') return undefined;
  const askedMs = /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - nowMs;
  return Number.isNaN(askedMs) ? undefined : Math.max(askedMs, 0);
}
