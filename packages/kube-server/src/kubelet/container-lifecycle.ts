import type { Clock, ContainerState, Ids, RunningWorkload } from '@meshbed/core';
import type { Occurrence } from '../controllers/recorder.ts';
import type { Pod } from '../objects/index.ts';
import { type ContainerRecord, isInitialized, shouldRestart } from './containers.ts';
import { ContainerLog } from './logs.ts';
import { termination } from './status.ts';

/** The runtime's word for an image that it can't get. */
const cannotPull = 'CannotPullContainerError';
/** How long ErrImagePull shows before it turns into ImagePullBackOff. */
const pullErrorMs = 1000;

export type Tell = (type: Occurrence['type'], reason: string, message: string, container?: string) => void;

export interface LifecycleOptions {
  pod: Pod;
  records: readonly ContainerRecord[];
  clock: Clock;
  ids: Ids;
  tell: Tell;
}

type Exit = Extract<ContainerState, { phase: 'exited' }>;

/** What becomes of a pod's containers after they started, exited or could not be pulled. */
export class ContainerLifecycle {
  readonly #options: LifecycleOptions;

  constructor(options: LifecycleOptions) {
    this.#options = options;
  }

  started(record: ContainerRecord, startedAtMs: number): void {
    const { spec } = record;
    const id = `containerd://${this.#options.ids.hex(64)}`;
    Object.assign(record, { startedAtMs, everStarted: true, waiting: undefined, startAtMs: undefined, id });
    this.#options.tell('Normal', 'Pulled', `Container image "${spec.image}" is present on the machine`, spec.name);
    this.#options.tell('Normal', 'Created', `Created container: ${spec.name}`, spec.name);
    this.#options.tell('Normal', 'Started', `Started container ${spec.name}`, spec.name);
  }

  /** @param mayRestart false while the whole pod is ending */
  exited(record: ContainerRecord, state: Exit, mayRestart: boolean): void {
    const { pod, clock, records } = this.#options;
    record.log.end();
    if (state.reason === cannotPull) return this.pullFailed(record, state.message);
    if (!record.everStarted && !isInitialized(records) && record.role === 'app') return;
    record.everStarted = true;
    record.lastTermination = termination(record, state);
    if (!mayRestart || !shouldRestart(record, pod.spec.restartPolicy)) return;
    const pauseMs = record.restartBackoff.next(state.finishedAtMs - (record.startedAtMs ?? state.finishedAtMs));
    record.startAtMs = clock.now() + pauseMs;
    if (pauseMs > 0) this.#showBackoff(record, pauseMs);
  }

  pullFailed(record: ContainerRecord, message: string): void {
    const { clock, tell } = this.#options;
    const { image, name } = record.spec;
    record.waiting = { reason: 'ErrImagePull', message };
    record.pullFailedAtMs = clock.now();
    record.startAtMs = record.pullFailedAtMs + record.pullBackoff.next();
    tell('Normal', 'Pulling', `Pulling image "${image}"`, name);
    tell('Warning', 'Failed', `Failed to pull image "${image}": ${message}`, name);
    tell('Warning', 'Failed', 'Error: ErrImagePull', name);
  }

  /** Turns failed pulls of a while ago into waiting ones, as the kubelet's next look would. */
  showPullBackoffs(): void {
    for (const record of this.#options.records) {
      const { pullFailedAtMs, waiting, spec } = record;
      if (pullFailedAtMs === undefined || !waiting || this.#options.clock.now() < pullFailedAtMs + pullErrorMs)
        continue;
      record.pullFailedAtMs = undefined;
      const message = `Back-off pulling image "${spec.image}"`;
      record.waiting = { reason: 'ImagePullBackOff', message: `${message}: ${waiting.message}` };
      this.#options.tell('Normal', 'BackOff', message, spec.name);
    }
  }

  /** Starts again what has waited long enough; an app container that never ran waits for the init containers. */
  startDue(workload: RunningWorkload): void {
    const initialized = isInitialized(this.#options.records);
    for (const record of this.#options.records) {
      const { state, startAtMs, lastTermination, waiting, spec } = record;
      const skipped = lastTermination === undefined && waiting === undefined;
      const due = (startAtMs !== undefined && startAtMs <= this.#options.clock.now()) || (skipped && initialized);
      if (!due || state.phase !== 'exited') continue;
      if (lastTermination) countRestart(record);
      beginRun(record);
      record.state = { phase: 'waiting', reason: 'ContainerCreating', message: '' };
      workload.restart(spec.name);
    }
  }

  /** Times at which something is to be done. */
  pullBackoffTimes(): number[] {
    const failed = this.#options.records.flatMap(({ pullFailedAtMs }) => pullFailedAtMs ?? []);
    return failed.map((atMs) => atMs + pullErrorMs);
  }

  startTimes(): number[] {
    return this.#options.records.flatMap(({ startAtMs }) => startAtMs ?? []);
  }

  #showBackoff(record: ContainerRecord, pauseMs: number): void {
    const { namespace, name, uid } = this.#options.pod.metadata;
    const container = record.spec.name;
    const message = `back-off ${formatPause(pauseMs)} restarting failed container=${container} pod=${name}_${namespace}(${uid})`;
    record.waiting = { reason: 'CrashLoopBackOff', message };
    const event = `Back-off restarting failed container ${container} in pod ${name}_${namespace}(${uid})`;
    this.#options.tell('Warning', 'BackOff', event, container);
  }
}

/** Forgets what the last run and its end left behind. */
export function beginRun(record: ContainerRecord): void {
  Object.assign(record, {
    startAtMs: undefined,
    pullFailedAtMs: undefined,
    startedAtMs: undefined,
    waiting: undefined,
  });
}

export function countRestart(record: ContainerRecord): void {
  record.restartCount += 1;
  record.previousLog = record.log;
  record.log = new ContainerLog();
}

/** `10s`, `1m20s`, as Go prints durations. */
function formatPause(ms: number): string {
  const [minutes, seconds] = [Math.floor(ms / 60_000), (ms % 60_000) / 1000];
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds}s`;
}
