import { spawn } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import type {
  Clock,
  ContainerSpec,
  ContainerState,
  ExecSession,
  Health,
  RunningWorkload,
  WorkloadObserver,
  WorkloadRuntime,
  WorkloadSpec,
} from '@meshbed/core';

/** Images with this prefix can't be pulled. */
export const missingImage = 'missing/';

/** A runtime whose containers do what the test says; exec starts real processes. */
export class FakeRuntime implements WorkloadRuntime {
  readonly workloads: Map<string, FakeWorkload> = new Map();
  /** Whether containers with a health check are healthy from the start. */
  healthy = true;
  /** Where connectInside leads: port in the pod → port of 127.0.0.1. */
  readonly ports: Map<number, number> = new Map();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(spec: WorkloadSpec, observer: WorkloadObserver): RunningWorkload {
    const workload = new FakeWorkload(spec, observer, this, this.#clock);
    this.workloads.set(spec.id, workload);
    workload.startReady();
    return workload;
  }

  /** The workload whose id ends with `suffix`, for example a pod's name. */
  find(part: string): FakeWorkload {
    const found = [...this.workloads.values()].find(({ spec }) => spec.id.includes(part));
    if (!found) throw new Error(`no workload ${part} among ${[...this.workloads.keys()].join(', ')}`);
    return found;
  }
}

export class FakeWorkload implements RunningWorkload {
  readonly spec: WorkloadSpec;
  readonly #observer: WorkloadObserver;
  readonly #runtime: FakeRuntime;
  readonly #clock: Clock;
  readonly #states = new Map<string, ContainerState>();
  /** Grace periods of the calls of stop. */
  readonly stops: number[] = [];
  lastExec: ExecSession | undefined;
  /** While set, stop waits for it. */
  stopping: Promise<void> | undefined;

  constructor(spec: WorkloadSpec, observer: WorkloadObserver, runtime: FakeRuntime, clock: Clock) {
    this.spec = spec;
    this.#observer = observer;
    this.#runtime = runtime;
    this.#clock = clock;
  }

  states(): ReadonlyMap<string, ContainerState> {
    return this.#states;
  }

  startReady(): void {
    for (const container of this.spec.containers) {
      if (!this.#states.has(container.name) && this.#mayStart(container)) this.restart(container.name);
    }
  }

  #mayStart({ dependsOn }: ContainerSpec): boolean {
    return dependsOn.every(({ container, condition }) => {
      const state = this.#states.get(container);
      if (condition === 'SUCCESS') return state?.phase === 'exited' && state.exitCode === 0;
      return state?.phase === 'running' && (condition === 'START' || state.health === 'HEALTHY');
    });
  }

  restart(name: string): void {
    const container = this.container(name);
    if (container.image.startsWith(missingImage))
      return this.exit(name, 1, 'CannotPullContainerError', `${container.image}: not found`);
    this.#runtime.workloads.set(this.spec.id, this);
    this.setHealth(name, container.healthCheck ? (this.#runtime.healthy ? 'HEALTHY' : 'UNKNOWN') : 'UNKNOWN');
  }

  container(name: string): ContainerSpec {
    const container = this.spec.containers.find((candidate) => candidate.name === name);
    if (!container) throw new Error(`no container ${name} in ${this.spec.id}`);
    return container;
  }

  setHealth(name: string, health: Health): void {
    const before = this.#states.get(name);
    const startedAtMs = before?.phase === 'running' ? before.startedAtMs : this.#clock.now();
    this.#set(name, { phase: 'running', startedAtMs, health });
  }

  exit(name: string, exitCode: number, reason = '', message = ''): void {
    this.#set(name, { phase: 'exited', exitCode, reason, message, finishedAtMs: this.#clock.now() });
  }

  log(name: string, line: string): void {
    this.#observer.log(name, line);
  }

  #set(name: string, state: ContainerState): void {
    this.#states.set(name, state);
    this.#observer.containerChanged(name, state);
    this.startReady();
  }

  exec(_container: string, command: readonly string[]): ExecSession {
    const [program = '', ...rest] = command;
    const child = spawn(program === 'node' ? process.execPath : program, rest);
    const { promise, resolve } = Promise.withResolvers<number>();
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 137));
    child.stdin.on('error', () => {});
    const stderr = child.stderr.pipe(new PassThrough());
    const kill = () => void child.kill('SIGKILL');
    this.lastExec = { stdin: child.stdin, stdout: child.stdout, stderr, resize: () => {}, kill, exited: promise };
    return this.lastExec;
  }

  connectInside(port: number): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const target = this.#runtime.ports.get(port);
      if (target === undefined)
        return reject(Object.assign(new Error(`connect ECONNREFUSED 127.0.0.1:${port}`), { code: 'ECONNREFUSED' }));
      const socket = connect(target, '127.0.0.1', () => resolve(socket));
      socket.once('error', reject);
    });
  }

  async stop(graceMs: number): Promise<void> {
    this.stops.push(graceMs);
    await this.stopping;
    for (const [name, state] of this.#states)
      if (state.phase === 'running')
        this.#states.set(name, {
          phase: 'exited',
          exitCode: 143,
          reason: '',
          message: '',
          finishedAtMs: this.#clock.now(),
        });
    for (const [name, state] of this.#states) this.#observer.containerChanged(name, state);
    this.#runtime.workloads.delete(this.spec.id);
  }
}
