import type { Ids } from '@meshbed/core';

/** Name of a run's directory: sorts by time, to the millisecond. */
export function runName(nowMs: number, ids: Ids): string {
  const time = new Date(nowMs).toISOString().replaceAll(/[-:Z]/g, '');
  return `${time.replace('T', '-')}-${ids.hex(6)}`;
}
