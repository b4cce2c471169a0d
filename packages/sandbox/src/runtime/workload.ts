import type {
  ContainerSpec,
  ContainerState,
  ExecOptions,
  ExecSession,
  RunningWorkload,
  WorkloadObserver,
  WorkloadSpec,
} from '@meshbed/core';
import type { Socket } from 'node:net';
import { Container, type ContainerSurroundings } from './container.ts';

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
        this.#startReady();
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

  /** Programs end with their signal at once and commands by SIGKILL: nothing here needs the grace period. */
  stop(_graceMs: number): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  async #end(): Promise<void> {
    this.#around.children.stop();
    await Promise.all([...this.#containers.values()].map((container) => container.stop()));
    await this.#release();
  }
}

/** What each dependency condition of a task definition asks of the other container. */
const conditionMet: Record<ContainerSpec['dependsOn'][number]['condition'], (state: ContainerState) => boolean> = {
  START: ({ phase }) => phase !== 'waiting',
  COMPLETE: ({ phase }) => phase === 'exited',
  SUCCESS: (state) => state.phase === 'exited' && state.exitCode === 0,
  HEALTHY: (state) => state.phase === 'running' && state.health === 'HEALTHY',
};
