import type { Clock, Health, HealthCheck } from '@meshbed/core';

/** Whether the check would pass now. */
export type CheckOnce = (test: HealthCheck['test'], timeoutMs: number) => Promise<boolean>;

export interface HealthMonitorOptions {
  check: HealthCheck;
  checkOnce: CheckOnce;
  clock: Clock;
  /** Multiplies intervals and the start period: the sandbox need not wait as long as a cloud does. */
  pace: number;
  onChange: (health: Health) => void;
}

const shortestPauseMs = 10;

/**
 * A container health check as Docker and ECS define it: failures in the start period don't count, `retries` of them in a
 * row afterwards make it UNHEALTHY, one success makes it HEALTHY.
 */
export async function monitorHealth(options: HealthMonitorOptions, signal: AbortSignal): Promise<void> {
  const { check, clock, pace } = options;
  const startedMs = clock.now();
  let failures = 0;
  let health: Health = 'UNKNOWN';
  const become = (next: Health) => {
    if (next !== health) options.onChange((health = next));
  };
  while (!signal.aborted) {
    const passed = await options.checkOnce(check.test, check.timeoutMs);
    if (signal.aborted) return;
    if (passed) become('HEALTHY');
    failures = passed || clock.now() - startedMs < check.startPeriodMs * pace ? 0 : failures + 1;
    if (failures >= check.retries) become('UNHEALTHY');
    await clock.sleep(Math.max(check.intervalMs * pace, shortestPauseMs), signal).catch(() => {});
  }
}
