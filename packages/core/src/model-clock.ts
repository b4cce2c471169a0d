import { type Clock, systemClock, virtualClock } from './clock.ts';
import { untilIdle } from './idle.ts';

/**
 * OpenSSL compares certificates with the wall clock: one that was issued in modelled time must not be of the future. No
 * run is as long as this, and no certificate lives as short.
 */
const behindMs = 6 * 3_600_000;

export interface ModelClockOptions {
  /** Milliseconds since the epoch; default: so long ago that modelled time stays behind the wall clock. */
  startMs?: number;
  /** Default: `untilIdle`. Resolves when nothing can happen any more before the next timer falls due, in `jumpMs`. */
  idle?: (jumpMs: number) => Promise<void>;
}

/**
 * A clock for a modelled world. Work takes no time on it and waiting takes no work: it stands still while anything is
 * being done, and jumps to the next timer when nothing is. What work costs in the modelled world has to be waited for like anything else.
 *
 * @example using clock = modelClock();
 */
export function modelClock(options: ModelClockOptions = {}): Clock & Disposable {
  const { startMs = systemClock.now() - behindMs, idle = untilIdle } = options;
  const virtual = virtualClock(startMs);
  let [driven, disposed] = [false, false];
  const drive = async () => {
    driven = true;
    for (let ms = virtual.dueInMs; ms !== undefined && !disposed; ms = virtual.dueInMs) {
      await idle(ms);
      // Meanwhile an earlier timer may have been set, or this one disposed.
      if (disposed || virtual.dueInMs === undefined || virtual.dueInMs > ms) continue;
      await virtual.advance(virtual.dueInMs);
    }
    driven = false;
  };
  const driving = <T>(set: T): T => {
    if (!driven && !disposed) void drive();
    return set;
  };
  return {
    now: () => virtual.now(),
    sleep: (ms, signal) => driving(virtual.sleep(ms, signal)),
    after: (ms, action) => driving(virtual.after(ms, action)),
    [Symbol.dispose]() {
      disposed = true;
    },
  };
}
