import type {
  ContainerSpec,
  ContainerState,
  ExecSession,
  Health,
  RunningWorkload,
  WorkloadObserver,
  WorkloadRuntime,
  WorkloadSpec,
} from '@meshbed/core';
import { type ChildExec, childExec } from './child-exec.ts';

/** A workload without programs: containers run as soon as their dependencies allow, the test decides the rest. */
export class FakeWorkload implements RunningWorkload {
  readonly spec: WorkloadSpec;
  readonly commands: { container: string; command: readonly string[]; session: ChildExec }[] = [];
  stopped: { graceMs: number } | undefined;
  readonly #observer: WorkloadObserver;
  readonly #states = new Map<string, ContainerState>();

  constructor(spec: WorkloadSpec, observer: WorkloadObserver) {
    this.spec = spec;
    this.#observer = observer;
    queueMicrotask(() => this.#startReady());
  }

  states(): ReadonlyMap<string, ContainerState> {
    return this.#states;
  }

  /** Reports a state as the runtime would. */
  report(container: string, state: ContainerState): void {
    this.#states.set(container, state);
    this.#observer.containerChanged(container, state);
    this.#startReady();
  }

  health(container: string, health: Health): void {
    this.report(container, { phase: 'running', startedAtMs: 0, health });
  }

  exit(container: string, exitCode: number, reason = 'Error', message = ''): void {
    this.report(container, { phase: 'exited', exitCode, reason, message, finishedAtMs: 0 });
  }

  print(container: string, line: string): void {
    this.#observer.log(container, line);
  }

  restart(container: string): void {
    this.health(container, 'UNKNOWN');
  }

  exec(container: string, command: readonly string[]): ExecSession {
    const session = childExec(command);
    this.commands.push({ container, command, session });
    return session;
  }

  connectInside(): never {
    throw new Error('nothing listens in a fake workload');
  }

  async stop(graceMs: number): Promise<void> {
    this.stopped = { graceMs };
    for (const { session } of this.commands) session.kill();
    for (const [name, { phase }] of this.#states) if (phase === 'running') this.exit(name, 143, 'Completed');
  }

  #startReady(): void {
    if (this.stopped) return;
    const next = this.spec.containers.find(({ name, dependsOn }) => {
      return !this.#states.has(name) && dependsOn.every((dependency) => this.#isMet(dependency));
    });
    if (next) this.#start(next);
  }

  #start({ name, image }: ContainerSpec): void {
    if (image.startsWith('missing/')) this.exit(name, 1, 'CannotPullContainerError', `${image}: not found`);
    else this.health(name, 'UNKNOWN');
  }

  #isMet({ container, condition }: ContainerSpec['dependsOn'][number]): boolean {
    const state = this.#states.get(container);
    if (condition === 'HEALTHY') return state?.phase === 'running' && state.health === 'HEALTHY';
    if (condition === 'START') return state !== undefined;
    return state?.phase === 'exited' && (condition === 'COMPLETE' || state.exitCode === 0);
  }
}

export class FakeRuntime implements WorkloadRuntime {
  /** Oldest first. */
  readonly workloads: FakeWorkload[] = [];

  start(spec: WorkloadSpec, observer: WorkloadObserver): FakeWorkload {
    const workload = new FakeWorkload(spec, observer);
    this.workloads.push(workload);
    return workload;
  }

  /** The workload of a task. */
  of(id: string | undefined): FakeWorkload {
    const found = this.workloads.find(({ spec }) => spec.id === id);
    if (!found) throw new Error(`no workload ${id} was started`);
    return found;
  }
}
