import type { ContainerState, NetworkPlace, RunningWorkload, WorkloadObserver } from '@meshbed/core';
import { messageOf } from '@meshbed/core';
import type { Pod } from '../objects/index.ts';
import { PullBackoff } from './backoff.ts';
import { type ContainerRecord, containerRecords, isInitialized, shouldRestart } from './containers.ts';
import type { KubeletContext } from './context.ts';
import { LivenessProbes } from './liveness.ts';
import { ContainerLog } from './logs.ts';
import { PodProblem } from './problem.ts';
import { unsupportedFeatures } from './unsupported.ts';
import { phaseOf, type PodSnapshot, termination } from './status.ts';

/** The runtime's word for an image that it can't get. */
const cannotPull = 'CannotPullContainerError';
/** How long ErrImagePull shows before it turns into ImagePullBackOff. */
const pullErrorMs = 1000;

type Stage = 'preparing' | 'running' | 'stopping' | 'stopped';

/** One pod on its node, from its network to its end. */
export class PodWorker {
  readonly uid: string;
  readonly records: readonly ContainerRecord[];
  readonly #context: KubeletContext;
  readonly #startedAtMs: number;
  readonly #liveness: LivenessProbes;
  readonly #changed: () => void;
  readonly #retry = new PullBackoff();
  #pod: Pod;
  #stage: Stage = 'preparing';
  #network: NetworkPlace | undefined;
  #workload: RunningWorkload | undefined;
  #retryAtMs = 0;
  #stopGraceMs = Infinity;
  #restarting = false;

  /** `changed` is called whenever the pod wants to be looked at again. */
  constructor(context: KubeletContext, pod: Pod, changed: () => void) {
    this.#context = context;
    this.#pod = pod;
    this.#changed = changed;
    this.uid = pod.metadata.uid;
    this.records = containerRecords(pod);
    this.#startedAtMs = context.clock.now();
    this.#liveness = new LivenessProbes(context.clock, (name, message) => this.#livenessFailed(name, message));
  }

  get stopped(): boolean {
    return this.#stage === 'stopped';
  }

  /** Undefined until the containers have been handed to the runtime, and after the end. */
  get workload(): RunningWorkload | undefined {
    return this.#workload;
  }

  get network(): NetworkPlace | undefined {
    return this.#network;
  }

  snapshot(): PodSnapshot {
    return {
      records: this.records,
      network: this.#network,
      hostIp: this.#context.hostIp(this.#pod),
      startedAtMs: this.#startedAtMs,
    };
  }

  /** Something that the pod may have waited for has changed. */
  retryNow(): void {
    this.#retryAtMs = 0;
    if (this.#stage === 'preparing') this.#changed();
  }

  /** Does what is due now; gives the milliseconds until something else is. */
  sync(pod: Pod): number | undefined {
    this.#pod = pod;
    if (this.#stage === 'preparing') this.#prepare();
    if (this.#stage === 'running') this.#startDue();
    for (const record of this.records) this.#backOffPull(record);
    return this.#nextDueMs();
  }

  /** Ends every container and gives the address back; `changed` is called when that is done. */
  async stop(graceMs: number): Promise<void> {
    if (this.stopped || graceMs >= this.#stopGraceMs) return;
    this.#stopGraceMs = graceMs;
    if (this.#stage === 'running') this.#announceKilling();
    this.#stage = 'stopping';
    this.#liveness[Symbol.dispose]();
    await this.#workload?.stop(graceMs);
    if (this.stopped) return; // a second, faster stop was first
    this.#stage = 'stopped';
    this.#workload = undefined;
    if (this.#network && !this.#network.hostNetwork) this.#context.podNetwork.detach(this.uid);
    this.#changed();
  }

  #announceKilling(): void {
    for (const { spec, state } of this.records) {
      if (state.phase === 'running') this.#tell('Normal', 'Killing', `Stopping container ${spec.name}`, spec.name);
    }
  }

  #prepare(): void {
    const { clock } = this.#context;
    if (clock.now() < this.#retryAtMs) return;
    try {
      this.#network ??= this.#attach();
      this.#checkImages();
      this.#startWorkload();
      this.#stage = 'running';
    } catch (error) {
      if (!(error instanceof PodProblem)) throw error;
      this.#retryAtMs = clock.now() + this.#retry.next();
      this.#showProblem(error);
    }
  }

  #attach(): NetworkPlace {
    const { podNetwork } = this.#context;
    const { namespace = '', name, uid } = this.#pod.metadata;
    const nodeName = this.#pod.spec.nodeName ?? '';
    try {
      if (this.#pod.spec.hostNetwork) return { ...podNetwork.node(nodeName), hostNetwork: true };
      return podNetwork.attach({ namespace, name, uid }, nodeName);
    } catch (error) {
      throw new PodProblem('network', `Failed to create pod sandbox: ${messageOf(error)}`);
    }
  }

  /** Images that this node can't pull; their containers wait, and with them the whole pod. */
  #checkImages(): void {
    const failed = this.records.flatMap((record) => {
      const problem = this.#context.imagePullProblem(record.spec.image, this.#pod.spec.nodeName ?? '');
      if (problem === undefined) return [];
      this.#pullFailed(record, problem);
      return [`${record.spec.image}: ${problem}`];
    });
    if (failed.length === 0) return;
    throw new PodProblem('image', failed.join('; '));
  }

  #startWorkload(): void {
    const specification = this.#context.specification(this.#pod, this.#network as NetworkPlace);
    for (const record of this.records)
      Object.assign(record, { waiting: undefined, startAtMs: undefined, pullFailedAtMs: undefined });
    const observer: WorkloadObserver = {
      containerChanged: (name, state) => this.#onChange(name, state),
      log: (name, text) => this.#record(name)?.log.append({ atMs: this.#context.clock.now(), text }),
    };
    this.#workload = this.#context.runtime.start(specification, observer);
    for (const sentence of unsupportedFeatures(this.#pod)) this.#tell('Warning', 'Unsupported', sentence);
  }

  #showProblem(problem: PodProblem): void {
    if (problem.event === undefined) return;
    for (const record of this.records)
      record.waiting = { reason: problem.waiting, message: problem.event === 'Failed' ? problem.message : '' };
    const message = problem.event === 'Failed' ? `Error: ${problem.message}` : problem.message;
    this.#tell('Warning', problem.event, message);
  }

  #record(name: string): ContainerRecord | undefined {
    return this.records.find(({ spec }) => spec.name === name);
  }

  #onChange(name: string, state: ContainerState): void {
    const record = this.#record(name);
    if (!record) return;
    const wasRunning = record.state.phase === 'running';
    record.state = state;
    if (state.phase === 'running' && !wasRunning) this.#onStarted(record, state.startedAtMs);
    if (state.phase === 'exited') this.#onExited(record, state);
    this.#changed();
  }

  #onStarted(record: ContainerRecord, startedAtMs: number): void {
    const { ids } = this.#context;
    const { spec } = record;
    Object.assign(record, {
      startedAtMs,
      everStarted: true,
      waiting: undefined,
      startAtMs: undefined,
      id: `containerd://${ids.hex(64)}`,
    });
    this.#tell('Normal', 'Pulled', `Container image "${spec.image}" is present on the machine`, spec.name);
    this.#tell('Normal', 'Created', `Created container: ${spec.name}`, spec.name);
    this.#tell('Normal', 'Started', `Started container ${spec.name}`, spec.name);
    if (this.#workload) this.#liveness.watch(record, this.#workload);
    else queueMicrotask(() => this.#workload && this.#liveness.watch(record, this.#workload));
  }

  #onExited(record: ContainerRecord, state: Extract<ContainerState, { phase: 'exited' }>): void {
    this.#liveness.forget(record.spec.name);
    record.log.end();
    if (state.reason === cannotPull) return this.#pullFailed(record, state.message);
    if (!record.everStarted && !isInitialized(this.records) && record.role === 'app') return;
    record.everStarted = true;
    record.lastTermination = termination(record, state);
    if (this.#stage !== 'running' && this.#stage !== 'preparing') return;
    if (this.#restarting || !shouldRestart(record, this.#pod.spec.restartPolicy)) return;
    const pauseMs = record.restartBackoff.next(state.finishedAtMs - (record.startedAtMs ?? state.finishedAtMs));
    record.startAtMs = this.#context.clock.now() + pauseMs;
    if (pauseMs > 0) this.#showBackoff(record, pauseMs);
  }

  #showBackoff(record: ContainerRecord, pauseMs: number): void {
    const { namespace, name, uid } = this.#pod.metadata;
    const which = `${record.spec.name} in pod ${name}_${namespace}(${uid})`;
    const message = `back-off ${formatPause(pauseMs)} restarting failed container=${record.spec.name} pod=${name}_${namespace}(${uid})`;
    record.waiting = { reason: 'CrashLoopBackOff', message };
    this.#tell('Warning', 'BackOff', `Back-off restarting failed container ${which}`, record.spec.name);
  }

  #pullFailed(record: ContainerRecord, message: string): void {
    const { image, name } = record.spec;
    record.waiting = { reason: 'ErrImagePull', message };
    record.pullFailedAtMs = this.#context.clock.now();
    record.startAtMs = record.pullFailedAtMs + record.pullBackoff.next();
    this.#tell('Normal', 'Pulling', `Pulling image "${image}"`, name);
    this.#tell('Warning', 'Failed', `Failed to pull image "${image}": ${message}`, name);
    this.#tell('Warning', 'Failed', 'Error: ErrImagePull', name);
  }

  #backOffPull(record: ContainerRecord): void {
    const failedAtMs = record.pullFailedAtMs;
    if (failedAtMs === undefined || !record.waiting || this.#context.clock.now() < failedAtMs + pullErrorMs) return;
    const { image, name } = record.spec;
    record.pullFailedAtMs = undefined;
    record.waiting = {
      reason: 'ImagePullBackOff',
      message: `Back-off pulling image "${image}": ${record.waiting.message}`,
    };
    this.#tell('Normal', 'BackOff', `Back-off pulling image "${image}"`, name);
  }

  /** Starts again what has waited long enough; an app container that never ran waits for the init containers. */
  #startDue(): void {
    const now = this.#context.clock.now();
    const initialized = isInitialized(this.records);
    for (const record of this.records) {
      const skipped =
        record.state.phase === 'exited' && record.lastTermination === undefined && record.waiting === undefined;
      const due = (record.startAtMs !== undefined && record.startAtMs <= now) || (skipped && initialized);
      if (due && record.state.phase === 'exited') this.#start(record);
    }
  }

  #start(record: ContainerRecord): void {
    Object.assign(record, {
      startAtMs: undefined,
      pullFailedAtMs: undefined,
      startedAtMs: undefined,
      waiting: undefined,
    });
    if (record.lastTermination) countRestart(record);
    record.state = { phase: 'waiting', reason: 'ContainerCreating', message: '' };
    this.#workload?.restart(record.spec.name);
  }

  #nextDueMs(): number | undefined {
    const now = this.#context.clock.now();
    if (this.#stage === 'stopping' || this.stopped) return undefined;
    const flips = this.records.flatMap(({ pullFailedAtMs }) =>
      pullFailedAtMs === undefined ? [] : [pullFailedAtMs + pullErrorMs],
    );
    const starts = this.records.flatMap(({ startAtMs }) => startAtMs ?? []);
    const due = [...flips, ...(this.#stage === 'preparing' ? [this.#retryAtMs] : starts)];
    const waits = due.filter((atMs) => atMs > now).map((atMs) => atMs - now);
    return waits.length === 0 ? undefined : Math.min(...waits);
  }

  /** The runtime ends workloads, not single containers: all containers of the pod start again. */
  #livenessFailed(name: string, message: string): void {
    this.#tell('Warning', 'Unhealthy', `Liveness probe failed: ${message}`, name);
    this.#tell('Normal', 'Killing', `Container ${name} failed liveness probe, will be restarted`, name);
    if (!this.#workload || this.#restarting) return;
    this.#restarting = true;
    void this.#workload
      .stop((this.#pod.spec.terminationGracePeriodSeconds ?? 30) * 1000)
      .then(() => this.#startAgain());
  }

  #startAgain(): void {
    this.#restarting = false;
    if (this.#stage !== 'running' || phaseOf(this.#pod, this.records) === 'Failed') return;
    for (const record of this.records) countRestart(record);
    this.#startWorkload();
    this.#changed();
  }

  #tell(type: 'Normal' | 'Warning', reason: string, message: string, container?: string): void {
    const fieldPath = container === undefined ? {} : { fieldPath: `spec.containers{${container}}` };
    this.#context.recorder.record(
      'kubelet',
      this.#pod,
      { type, reason, message, ...fieldPath },
      this.#pod.spec.nodeName,
    );
  }
}

function countRestart(record: ContainerRecord): void {
  record.restartCount += 1;
  record.previousLog = record.log;
  record.log = new ContainerLog();
}

/** `10s`, `1m20s`, as Go prints durations. */
function formatPause(ms: number): string {
  const [minutes, seconds] = [Math.floor(ms / 60_000), (ms % 60_000) / 1000];
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds}s`;
}
