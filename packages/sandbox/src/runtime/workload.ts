import type {
  ContainerSpec,
  ContainerState,
  DependencyCondition,
  ExecOptions,
  ExecSession,
  RunningWorkload,
  WorkloadObserver,
  WorkloadSpec,
} from '@meshbed/core';
import type { Socket } from 'node:net';
import { cannotPull, Container, type ContainerSurroundings } from './container.ts';

/** The containers of one task or pod: starts each when its dependencies are met, and ends them all. */
export class Workload implements RunningWorkload {
  readonly spec: WorkloadSpec;
  readonly #containers: ReadonlyMap<string, Container>;
  readonly #around: ContainerSurroundings;
  readonly #release: () => Promise<void>;
  readonly #started = new Set<string>();
  #stopping: Promise<void> | undefined;

  constructor(
    spec: WorkloadSpec,
    surroundings: Omit<ContainerSurroundings, 'changed' | 'log'>,
    observer: WorkloadObserver,
    release: () => Promise<void>,
  ) {
    this.spec = spec;
    this.#release = release;
    this.#around = {
      ...surroundings,
      changed: (name, state) => {
        observer.containerChanged(name, state);
        queueMicrotask(() => this.#startReady()); // once the one that changed has really begun
      },
      log: (name, line) => observer.log(name, line),
    };
    this.#containers = new Map(
      spec.containers.map((container) => [container.name, new Container(container, this.#around)]),
    );
  }

  start(): void {
    this.#startReady();
  }

  #startReady(): void {
    if (this.#stopping) return;
    for (const [name, container] of this.#containers) {
      if (this.#started.has(name) || !this.#isReady(container.spec)) continue;
      this.#started.add(name);
      container.start();
    }
  }

  #isReady({ dependsOn }: ContainerSpec): boolean {
    return dependsOn.every(({ container, condition }) => {
      const state = this.#containers.get(container)?.state;
      return state !== undefined && conditionMet[condition](state);
    });
  }

  states(): ReadonlyMap<string, ContainerState> {
    return new Map([...this.#containers].map(([name, { state }]) => [name, state]));
  }

  restart(name: string): void {
    const container = this.#containers.get(name);
    if (!this.#stopping && container?.state.phase === 'exited') container.start();
  }

  exec(name: string, command: readonly string[], options: ExecOptions): ExecSession {
    const container = this.#containers.get(name);
    if (container?.state.phase !== 'running') throw new Error(`container ${name} of ${this.spec.id} is not running`);
    return container.exec(command, options);
  }

  connectInside(port: number): Promise<Socket> {
    return this.#around.network.connectInside(port);
  }

  /** The other way round as they started: a container ends when those that depend on it have. */
  stop(graceMs: number): Promise<void> {
    const stopping = this.#stopContainers(graceMs);
    this.#stopping ??= stopping.then(() => this.#release());
    return this.#stopping;
  }

  async #stopContainers(graceMs: number): Promise<void> {
    const left = new Set(this.#containers.values());
    while (left.size > 0) {
      const free = [...left].filter(({ spec }) => ![...left].some((other) => dependsOn(other.spec, spec.name)));
      const next = free.length > 0 ? free : [...left]; // a circle of dependencies, none of which ever started
      for (const container of next) left.delete(container);
      await Promise.all(next.map((container) => container.stop(graceMs)));
    }
  }
}

const dependsOn = (spec: ContainerSpec, name: string) => spec.dependsOn.some(({ container }) => container === name);

const hasRun = (state: ContainerState) =>
  state.phase === 'running' || (state.phase === 'exited' && state.reason !== cannotPull);

/** What each dependency condition of a task definition asks of the other container. */
const conditionMet: Record<DependencyCondition, (state: ContainerState) => boolean> = {
  START: hasRun,
  COMPLETE: (state) => state.phase === 'exited' && hasRun(state),
  SUCCESS: (state) => state.phase === 'exited' && state.exitCode === 0,
  HEALTHY: (state) => state.phase === 'running' && state.health === 'HEALTHY',
};
