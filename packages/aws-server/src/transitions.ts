import type { Clock } from '@meshbed/core';

/** How long things take: at once, a few milliseconds, or as long as in AWS. */
export type Profile = 'instant' | 'fast' | 'real';

interface Stage {
  next: string;
  /** Typical duration in AWS. */
  realMs: number;
}

const seconds = 1000;
const minutes = 60 * seconds;

/** Resource kind → state → what it turns into by itself, and when. A state without a row stays. */
export const stages: Readonly<Record<string, Readonly<Record<string, Stage>>>> = {
  vpc: { pending: { next: 'available', realMs: 2 * seconds } },
  subnet: { pending: { next: 'available', realMs: 2 * seconds } },
  'nat-gateway': {
    pending: { next: 'available', realMs: 2 * minutes },
    deleting: { next: 'deleted', realMs: 60 * seconds },
  },
  'vpc-peering': {
    'initiating-request': { next: 'pending-acceptance', realMs: 1 * seconds },
    provisioning: { next: 'active', realMs: 2 * seconds },
    deleting: { next: 'deleted', realMs: 1 * seconds },
  },
  instance: {
    pending: { next: 'running', realMs: 20 * seconds },
    'shutting-down': { next: 'terminated', realMs: 40 * seconds },
  },
  'load-balancer': {
    provisioning: { next: 'active', realMs: 3 * minutes },
    deleting: { next: 'deleted', realMs: 2 * minutes },
  },
  'target-health': { initial: { next: 'healthy', realMs: 30 * seconds } },
  'ecs-task': {
    PROVISIONING: { next: 'PENDING', realMs: 10 * seconds },
    PENDING: { next: 'ACTIVATING', realMs: 25 * seconds },
    ACTIVATING: { next: 'RUNNING', realMs: 3 * seconds },
    DEACTIVATING: { next: 'STOPPING', realMs: 1 * seconds },
    DEPROVISIONING: { next: 'STOPPED', realMs: 15 * seconds },
  },
  'ecs-task-interface': { 'in-use': { next: 'deleted', realMs: 20 * seconds } },
  'ecs-exec-agent': { PENDING: { next: 'RUNNING', realMs: 5 * seconds } },
  'ecs-deployment': { IN_PROGRESS: { next: 'COMPLETED', realMs: 20 * seconds } },
  'eks-cluster': {
    CREATING: { next: 'ACTIVE', realMs: 9 * minutes },
    DELETING: { next: 'DELETED', realMs: 3 * minutes },
  },
  'eks-nodegroup': {
    CREATING: { next: 'ACTIVE', realMs: 3 * minutes },
    UPDATING: { next: 'ACTIVE', realMs: 10 * seconds },
    DELETING: { next: 'DELETED', realMs: 4 * minutes },
  },
  'eks-addon': {
    CREATING: { next: 'ACTIVE', realMs: 30 * seconds },
    DELETING: { next: 'DELETED', realMs: 20 * seconds },
  },
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
