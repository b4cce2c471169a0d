import type { Clock, Health, HealthCheck } from '@meshbed/core';

/** Whether the check passes now; aborted when it takes longer than its timeout. */
export type CheckOnce = (test: HealthCheck['test'], timeout: AbortSignal) => Promise<boolean>;

export interface HealthMonitorOptions {
  check: HealthCheck;
  checkOnce: CheckOnce;
  clock: Clock;
  /** Multiplies intervals: the sandbox need not wait as long as a cloud does. */
  pace: number;
  onChange: (health: Health) => void;
}

const shortestPauseMs = 10;
/** Where time is shortened, what is well is not asked as often as what is not: there may be hundreds. */
const leastHealthyPauseMs = 1000;
/** Where time is shortened, the machine is not faster: failures of a container that starts do not count before. */
const leastGraceMs = 5000;

/**
 * A container health check as Docker and ECS define it: until the first success failures in the start period don't
 * count, `retries` of them in a row make it UNHEALTHY, one success makes it HEALTHY. Unlike there, one more
 * check comes at once, of which only success counts.
 */
export async function monitorHealth(options: HealthMonitorOptions, signal: AbortSignal): Promise<void> {
  const { check, clock, pace } = options;
  const graceEndsMs = clock.now() + (pace < 1 ? leastGraceMs : check.startPeriodMs);
  let failures = 0;
  let health: Health = 'UNKNOWN';
  const become = (next: Health) => {
    if (next !== health) options.onChange((health = next));
  };
  while (!signal.aborted) {
    const isForgiven = health === 'UNKNOWN' && clock.now() <= graceEndsMs;
    const passed = await checkInTime(options, signal);
    if (signal.aborted) return;
    if (passed) become('HEALTHY');
    failures = passed || isForgiven ? 0 : failures + 1;
    if (failures >= check.retries) become('UNHEALTHY');
    const leastMs = passed && pace < 1 ? leastHealthyPauseMs : shortestPauseMs;
    await clock.sleep(Math.max(check.intervalMs * pace, leastMs), signal).catch(() => {});
  }
}

async function checkInTime({ check, checkOnce, clock }: HealthMonitorOptions, signal: AbortSignal): Promise<boolean> {
  const timeout = new AbortController();
  using _ = clock.after(check.timeoutMs, () => timeout.abort());
  return await checkOnce(check.test, AbortSignal.any([timeout.signal, signal])).catch(() => false);
}
