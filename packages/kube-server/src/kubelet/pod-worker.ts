import type { ContainerSpec, ContainerState, NetworkPlace, RunningWorkload, WorkloadObserver } from '@meshbed/core';
import { messageOf } from '@meshbed/core';
import type { Pod } from '../objects/index.ts';
import { PullBackoff } from './backoff.ts';
import { beginRun, ContainerLifecycle, countRestart, type Tell } from './container-lifecycle.ts';
import { type ContainerRecord, containerRecords } from './containers.ts';
import type { KubeletContext } from './context.ts';
import { LivenessProbes } from './liveness.ts';
import { PodProblem } from './problem.ts';
import { unsupportedFeatures } from './unsupported.ts';
import { type PodSnapshot } from './status.ts';

type Stage = 'preparing' | 'running' | 'stopping' | 'stopped';

/** One pod on its node, from its network to its end. */
export class PodWorker {
  readonly uid: string;
  readonly records: readonly ContainerRecord[];
  readonly #context: KubeletContext;
  readonly #startedAtMs: number;
  readonly #lifecycle: ContainerLifecycle;
  readonly #liveness: LivenessProbes;
  readonly #changed: () => void;
  readonly #retry = new PullBackoff();
  #pod: Pod;
  #stage: Stage = 'preparing';
  #network: NetworkPlace | undefined;
  #workload: RunningWorkload | undefined;
  #retryAtMs = 0;
  /** When its node has the images; undefined while nothing has been pulled. */
  #pulledAtMs: number | undefined;
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
    const { clock, ids } = context;
    const tell: Tell = (...occurrence) => this.#tell(...occurrence);
    this.#lifecycle = new ContainerLifecycle({ pod, records: this.records, clock, ids, tell });
    this.#liveness = new LivenessProbes(context.clock, (name, message) => this.#livenessFailed(name, message));
  }

  get stopped(): boolean {
    return this.#stage === 'stopped';
  }

  /** Undefined until the containers have been handed to the runtime, and after the end. */
  get workload(): RunningWorkload | undefined {
    return this.#workload;
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
    if (this.#stage === 'running' && this.#workload) this.#lifecycle.startDue(this.#workload);
    this.#lifecycle.showPullBackoffs();
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
      this.#pulledAtMs ??= clock.now() + this.#pullMs();
      if (clock.now() < this.#pulledAtMs) return;
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
      this.#lifecycle.pullFailed(record, problem);
      return [`${record.spec.image}: ${problem}`];
    });
    if (failed.length === 0) return;
    throw new PodProblem('image', failed.join('; '));
  }

  #pullMs(): number {
    const images = this.records.map(({ spec }) => spec.image);
    return this.#context.imagePullMs(images, this.#pod.spec.nodeName ?? '');
  }

  #startWorkload(): void {
    const specification = this.#context.specification(this.#pod, this.#network as NetworkPlace);
    for (const record of this.records) beginRun(record);
    const observer: WorkloadObserver = {
      containerChanged: (name, state) => this.#onChange(name, state),
      log: (name, text) => this.#record(name)?.log.append({ atMs: this.#context.clock.now(), text }),
    };
    const containers = specification.containers.map((container) => this.#withInput(container));
    this.#workload = this.#context.runtime.start({ ...specification, containers }, observer);
    for (const sentence of unsupportedFeatures(this.#pod)) this.#tell('Warning', 'Unsupported', sentence);
  }

  #withInput(container: ContainerSpec): ContainerSpec {
    const stdin = this.#record(container.name)?.input;
    return stdin ? { ...container, stdin } : container;
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
    if (state.phase === 'running' && !wasRunning) {
      this.#lifecycle.started(record, state.startedAtMs);
      this.#watchLiveness(record);
    } else if (state.phase === 'exited') {
      this.#liveness.forget(name);
      const isEnding = this.#restarting || this.#stage === 'stopping' || this.stopped;
      this.#lifecycle.exited(record, state, !isEnding);
    }
    this.#changed();
  }

  #watchLiveness(record: ContainerRecord): void {
    if (this.#workload) this.#liveness.watch(record, this.#workload);
    else queueMicrotask(() => this.#workload && this.#liveness.watch(record, this.#workload)); // told while it starts
  }

  #nextDueMs(): number | undefined {
    if (this.#stage === 'stopping' || this.stopped) return undefined;
    const starts =
      this.#stage === 'preparing' ? [this.#retryAtMs, this.#pulledAtMs ?? 0] : this.#lifecycle.startTimes();
    const now = this.#context.clock.now();
    const due = [...this.#lifecycle.pullBackoffTimes(), ...starts].filter((atMs) => atMs > now);
    return due.length === 0 ? undefined : Math.min(...due) - now;
  }

  /** The runtime ends workloads, not single containers: all containers of the pod start again. */
  #livenessFailed(name: string, message: string): void {
    this.#tell('Warning', 'Unhealthy', `Liveness probe failed: ${message}`, name);
    this.#tell('Normal', 'Killing', `Container ${name} failed liveness probe, will be restarted`, name);
    if (this.#stage !== 'running' || this.#restarting) return;
    this.#restartAll().catch((error: unknown) => {
      const { log } = this.#context;
      log.write('kube', 'pod does not restart', { uid: this.uid, error: messageOf(error) });
    });
  }

  async #restartAll(): Promise<void> {
    this.#restarting = true;
    await this.#workload?.stop((this.#pod.spec.terminationGracePeriodSeconds ?? 30) * 1000);
    this.#restarting = false;
    if (this.#stage !== 'running') return;
    for (const record of this.records) countRestart(record);
    this.#workload = undefined;
    this.#stage = 'preparing';
    this.retryNow();
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
