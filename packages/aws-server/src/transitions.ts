import type { Clock } from '@meshbed/core';

/** How long things take: at once, a few milliseconds, or as long as in AWS. */
export type Profile = 'instant' | 'fast' | 'real';

export interface Stage {
  next: string;
  /** Typical duration in AWS. */
  realMs: number;
  /** Shortest and longest of the usual ones. */
  rangeMs: readonly [shortest: number, longest: number];
}

const [second, minute] = [1000, 60_000];

const stage = (
  next: string,
  unitMs: number,
  [shortest, typical, longest]: readonly [number, number, number],
): Stage => ({
  next,
  realMs: typical * unitMs,
  rangeMs: [shortest * unitMs, longest * unitMs],
});

/** Resource kind → state → what it turns into by itself, and when. A state without a row stays. */
export const stages: Readonly<Record<string, Readonly<Record<string, Stage>>>> = {
  'aws-call': { sent: stage('answered', second, [0.1, 0.3, 1]) },
  'kubernetes-call': { sent: stage('answered', second, [0.02, 0.05, 0.2]) },
  'iam-role': { saved: stage('known everywhere', second, [5, 10, 15]) },
  vpc: { pending: stage('available', second, [1, 2, 5]) },
  subnet: { pending: stage('available', second, [1, 2, 5]) },
  'nat-gateway': {
    pending: stage('available', minute, [1, 2, 3]),
    deleting: stage('deleted', second, [30, 60, 90]),
  },
  'vpc-peering': {
    'initiating-request': stage('pending-acceptance', second, [1, 2, 5]),
    provisioning: stage('active', second, [1, 2, 5]),
    deleting: stage('deleted', second, [1, 1, 5]),
  },
  instance: {
    pending: stage('running', second, [10, 20, 40]),
    'shutting-down': stage('terminated', second, [30, 40, 60]),
  },
  'load-balancer': {
    provisioning: stage('active', minute, [2, 3, 4]),
    deleting: stage('deleted', minute, [1, 2, 5]),
  },
  'target-health': { initial: stage('healthy', second, [20, 30, 60]) },
  'ecs-task': {
    PROVISIONING: stage('PENDING', second, [5, 10, 20]),
    PENDING: stage('ACTIVATING', second, [10, 25, 40]),
    ACTIVATING: stage('RUNNING', second, [0, 3, 10]),
    DEACTIVATING: stage('STOPPING', second, [0, 1, 5]),
    DEPROVISIONING: stage('STOPPED', second, [5, 15, 30]),
  },
  'ecs-task-interface': { 'in-use': stage('deleted', second, [10, 20, 60]) },
  'ecs-exec-agent': { PENDING: stage('RUNNING', second, [2, 5, 15]) },
  'ecs-deployment': { IN_PROGRESS: stage('COMPLETED', second, [10, 20, 60]) },
  'eks-cluster': {
    CREATING: stage('ACTIVE', minute, [7, 10, 12]),
    DELETING: stage('DELETED', minute, [2, 3, 5]),
  },
  'eks-nodegroup': {
    CREATING: stage('ACTIVE', minute, [2, 3, 4]),
    UPDATING: stage('ACTIVE', second, [5, 10, 60]),
    DELETING: stage('DELETED', minute, [3, 4, 6]),
  },
  'eks-addon': {
    CREATING: stage('ACTIVE', second, [10, 30, 60]),
    DELETING: stage('DELETED', second, [10, 20, 60]),
  },
  'cloudformation-deletion': { blocked: stage('tried again', second, [5, 15, 30]) },
  'pod-image': { pulling: stage('present', second, [3, 8, 20]) },
};

/** In the fast profile an hour would take 3.6 s, but no single stage longer than 50 ms. */
const fastFactor = 1000;
const fastestMs = 1;
const slowestFastMs = 50;

const delays: Readonly<Record<Profile, (realMs: number) => number>> = {
  instant: () => 0,
  fast: (realMs) => Math.min(Math.max(realMs / fastFactor, fastestMs), slowestFastMs),
  real: (realMs) => realMs,
};

/**
 * What is over too soon to be waited for outside of the profile `real`: the way of a call, a pull, the time until all
 * of AWS knows of a change. Milliseconds; 0 means at once.
 */
export function latencyMs(profile: Profile, kind: string, state: string): number {
  return profile === 'real' ? (stages[kind]?.[state]?.realMs ?? 0) : 0;
}

/** Moves resources from state to state on the injected clock. */
export class Transitions implements Disposable {
  readonly profile: Profile;
  readonly #clock: Clock;
  readonly #timers = new Set<Disposable>();

  constructor(clock: Clock, profile: Profile) {
    this.#clock = clock;
    this.profile = profile;
  }

  /**
   * Schedules what follows `state`. `enter` applies the next state and returns the one really entered (a NAT gateway
   * may fail instead), from which it goes on; undefined ends it, for example because the resource is gone.
   */
  follow(kind: string, state: string, enter: (next: string) => string | undefined): void {
    const stage = stages[kind]?.[state];
    if (!stage) return;
    this.after(stage.realMs, () => {
      const entered = enter(stage.next);
      if (entered !== undefined) this.follow(kind, entered, enter);
    });
  }

  /** Resolves with what follows `state` when its time has come; a state without a row is over at once. */
  wait(kind: string, state: string, signal?: AbortSignal): Promise<string> {
    const stage = stages[kind]?.[state] ?? { next: state, realMs: 0 };
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const onAbort = () => {
        timer[Symbol.dispose]();
        reject(signal?.reason as Error);
      };
      const timer = this.after(stage.realMs, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve(stage.next);
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Runs `action` when a latency of the profile is over; without one, before this returns. */
  spread(kind: string, state: string, action: () => void): void {
    const delayMs = latencyMs(this.profile, kind, state);
    if (delayMs === 0) action();
    else this.after(delayMs, action);
  }

  /** Runs `action` after what takes `realMs` in AWS. */
  after(realMs: number, action: () => void): Disposable {
    const timer = this.#clock.after(delays[this.profile](realMs), () => {
      this.#timers.delete(timer);
      action();
    });
    this.#timers.add(timer);
    return timer;
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers) timer[Symbol.dispose]();
    this.#timers.clear();
  }
}
