import { type Clock, MeshbedError, systemClock, type VirtualClock } from '@meshbed/core';

export interface ClockFacts {
  nowMs: number;
  time: string;
  /** `wall` goes by itself, `virtual` moves when told to, `modelled` passes while everything waits. */
  kind: 'wall' | 'virtual' | 'modelled';
}

const isVirtual = (clock: Clock): clock is VirtualClock => 'advance' in clock;

export function readClock(clock: Clock): ClockFacts {
  const nowMs = clock.now();
  const kind = isVirtual(clock) ? 'virtual' : clock === systemClock ? 'wall' : 'modelled';
  return { nowMs, time: new Date(nowMs).toISOString(), kind };
}

/** @throws MeshbedError `user/clock` unless the clock is virtual and `ms` a number of milliseconds. */
export async function advanceClock(clock: Clock, body: unknown): Promise<ClockFacts> {
  const { ms } = (body ?? {}) as { ms?: unknown };
  if (typeof ms !== 'number' || !(ms >= 0)) throw new MeshbedError('user/clock', 'ms must be a number of milliseconds');
  if (!isVirtual(clock))
    throw new MeshbedError('user/clock', 'this clock goes by itself: only a virtual one can be advanced', {
      next: 'createSandbox({ clock: virtualClock(Date.now()) })',
    });
  await clock.advance(ms);
  return readClock(clock);
}
