/** Time as a dependency: nothing else in the project reads the wall clock or sets a timer. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted before. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs `action` once after `ms`, unless disposed before. */
  after(ms: number, action: () => void): Disposable;
}

/** setTimeout fires at once for longer delays. */
const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleepWith(systemClock, ms, signal),
  after(ms, action) {
    const timer = setTimeout(action, Math.min(Math.max(ms, 0), longestTimerMs));
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};

/** A clock that moves only when told to. */
export interface VirtualClock extends Clock {
  /** Moves time forward, running what falls due in order and letting its promises settle in between. */
  advance(ms: number): Promise<void>;
  /** Timers that have not fired yet. */
  readonly pending: number;
  /** Milliseconds until the next timer falls due; undefined when there is none. */
  readonly dueInMs: number | undefined;
}

interface Timer {
  dueMs: number;
  action: () => void;
}

export function virtualClock(startMs = 0): VirtualClock {
  let now = startMs;
  const timers = new Set<Timer>();
  /** The first one set of those that fall due first. */
  const earliest = () => {
    let found: Timer | undefined;
    for (const timer of timers) if (!found || timer.dueMs < found.dueMs) found = timer;
    return found;
  };
  const next = (untilMs: number) => {
    const found = earliest();
    return found && found.dueMs <= untilMs ? found : undefined;
  };
  const clock: VirtualClock = {
    now: () => now,
    sleep: (ms, signal) => sleepWith(clock, ms, signal),
    after(ms, action) {
      // Whole milliseconds, as those of the system.
      const timer = { dueMs: now + Math.max(Math.round(ms), 0), action };
      timers.add(timer);
      return { [Symbol.dispose]: () => void timers.delete(timer) };
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (let timer = next(end); timer; timer = next(end)) {
        timers.delete(timer);
        now = timer.dueMs;
        timer.action();
        await settle();
      }
      now = end;
    },
    get pending() {
      return timers.size;
    },
    get dueInMs() {
      const timer = earliest();
      return timer && Math.max(timer.dueMs - now, 0);
    },
  };
  return clock;
}

/** One turn of the event loop, so that promise chains started by a timer reach their next wait. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function sleepWith(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const onAbort = () => {
      timer[Symbol.dispose]();
      reject(signal?.reason as Error);
    };
    const timer = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
