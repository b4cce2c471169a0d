import type { Clock } from './clock.ts';

/** How long things take: at once, a few milliseconds, or as long as in the clouds. */
export type Profile = 'instant' | 'fast' | 'real';

export interface Stage {
  next: string;
  /** Typical duration in the cloud. */
  realMs: number;
  /** Shortest and longest of the usual ones. */
  rangeMs: readonly [shortest: number, longest: number];
}

/** Resource kind → state → what it turns into by itself, and when. A state without a row stays. */
export type Stages = Readonly<Record<string, Readonly<Record<string, Stage>>>>;

/** A row of the table: `stage('available', minute, [1, 2, 3])`. */
export const stage = (
  next: string,
  unitMs: number,
  [shortest, typical, longest]: readonly [number, number, number],
): Stage => ({
  next,
  realMs: typical * unitMs,
  rangeMs: [shortest * unitMs, longest * unitMs],
});

/** In the fast profile an hour would take 3.6 s, but no single stage longer than 50 ms. */
const fastFactor = 1000;
const fastestMs = 1;
const slowestFastMs = 50;

const delays: Readonly<Record<Profile, (realMs: number) => number>> = {
  instant: () => 0,
  fast: (realMs) => Math.min(Math.max(realMs / fastFactor, fastestMs), slowestFastMs),
  real: (realMs) => realMs,
};

/** How long what takes `realMs` in the cloud takes in a profile. */
export const delayMs = (profile: Profile, realMs: number): number => delays[profile](realMs);

/**
 * What is over too soon to be waited for outside of the profile `real`: the way of a call, a pull, the time until all
 * of a cloud knows of a change. Milliseconds; 0 means at once.
 */
export const latencyOf = (profile: Profile, of: Stage | undefined): number =>
  profile === 'real' ? (of?.realMs ?? 0) : 0;

/** Keeps a resource of a kind in a state until the promise resolves; undefined lets it go on. */
export type Hold = (kind: string, state: string) => Promise<void> | undefined;

/** Moves resources from state to state on the injected clock. */
export class Transitions implements Disposable {
  readonly profile: Profile;
  readonly #stages: Stages;
  readonly #clock: Clock;
  readonly #timers = new Set<Disposable>();
  readonly #hold: Hold | undefined;
  #ended = false;

  constructor(clock: Clock, profile: Profile, stages: Stages, hold?: Hold) {
    this.#hold = hold;
    this.#clock = clock;
    this.profile = profile;
    this.#stages = stages;
  }

  /**
   * Schedules what follows `state`. `enter` applies the next state and returns the one really entered (a NAT gateway
   * may fail instead), from which it goes on; undefined ends it, for example because the resource is gone.
   */
  follow(kind: string, state: string, enter: (next: string) => string | undefined): void {
    const stage = this.#stages[kind]?.[state];
    if (!stage) return;
    this.#leave(kind, state, stage, () => {
      const entered = enter(stage.next);
      if (entered !== undefined) this.follow(kind, entered, enter);
    });
  }

  /** Runs `action` when the state's time has come and nothing holds the resource in it. */
  #leave(kind: string, state: string, { realMs }: Pick<Stage, 'realMs'>, action: () => void): Disposable {
    return this.after(realMs, () => {
      const held = this.#hold?.(kind, state);
      if (held) void held.then(() => this.#ended || action());
      else action();
    });
  }

  /** Resolves with what follows `state` when its time has come; a state without a row is over at once. */
  wait(kind: string, state: string, signal?: AbortSignal): Promise<string> {
    const stage = this.#stages[kind]?.[state] ?? { next: state, realMs: 0 };
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const onAbort = () => {
        timer[Symbol.dispose]();
        reject(signal?.reason as Error);
      };
      const timer = this.#leave(kind, state, stage, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve(stage.next);
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Runs `action` when a latency of the profile is over; without one, before this returns. */
  spread(kind: string, state: string, action: () => void): void {
    const realMs = latencyOf(this.profile, this.#stages[kind]?.[state]);
    if (realMs === 0) action();
    else this.after(realMs, action);
  }

  /** Runs `action` after what takes `realMs` in the cloud. */
  after(realMs: number, action: () => void): Disposable {
    const timer = this.#clock.after(delays[this.profile](realMs), () => {
      this.#timers.delete(timer);
      action();
    });
    this.#timers.add(timer);
    return timer;
  }

  [Symbol.dispose](): void {
    this.#ended = true;
    for (const timer of this.#timers) timer[Symbol.dispose]();
    this.#timers.clear();
  }
}
