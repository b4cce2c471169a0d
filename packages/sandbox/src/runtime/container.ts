import type {
  Clock,
  ContainerSpec,
  ContainerState,
  ExecOptions,
  ExecSession,
  Health,
  HealthCheck,
  NodeHost,
  Program,
} from '@meshbed/core';
import { messageOf } from '@meshbed/core';
import type { Image } from './catalogue.ts';
import type { Children } from './child.ts';
import { checkPort, checkRequest } from './check.ts';
import { execIn } from './exec.ts';
import { monitorHealth } from './health.ts';
import type { FabricNetwork } from './network.ts';
import type { ProxyEntry } from './proxy.ts';
import { NetworkScope } from './scope.ts';

/** What containers of one workload share. */
export interface ContainerSurroundings {
  clock: Clock;
  /** See HealthMonitorOptions. */
  pace: number;
  network: FabricNetwork;
  node: NodeHost | undefined;
  hostname: string;
  children: Children;
  proxy: ProxyEntry;
  /** Variables every command needs from the machine (PATH). */
  machine: Readonly<Record<string, string>>;
  folder: string;
  /** Why the image can't be pulled; undefined when it can. */
  pull(image: string): Image | { problem: string };
  changed(container: string, state: ContainerState): void;
  log(container: string, line: string): void;
}

/** One container: waiting, then running its image's program, then exited; may run again. */
export class Container {
  readonly spec: ContainerSpec;
  state: ContainerState = { phase: 'waiting', reason: 'ContainerCreating', message: '' };
  readonly #around: ContainerSurroundings;
  #image: Image | undefined;
  #abort = new AbortController();
  #finished: Promise<void> = Promise.resolve();
  #ownHealth = false;

  constructor(spec: ContainerSpec, around: ContainerSurroundings) {
    this.spec = spec;
    this.#around = around;
  }

  start(): void {
    const image = this.#around.pull(this.spec.image);
    if ('problem' in image)
      return this.#exit({ exitCode: 1, reason: 'CannotPullContainerError', message: image.problem });
    this.#image = image;
    this.#abort = new AbortController();
    this.#finished = this.#run(image.program(this.spec), this.#abort.signal);
  }

  async #run(program: Program, signal: AbortSignal): Promise<void> {
    await using network = new NetworkScope(this.#around.network);
    this.#become({ phase: 'running', startedAtMs: this.#around.clock.now(), health: 'UNKNOWN' });
    if (this.spec.healthCheck) void this.#watchHealth(this.spec.healthCheck, signal);
    const { exitCode, message } = await this.#outcome(program, network, signal);
    this.#abort.abort();
    this.#exit({ exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', message });
  }

  async #outcome(program: Program, network: NetworkScope, signal: AbortSignal) {
    try {
      const exitCode = await program(this.#context(network, signal));
      return { exitCode: signal.aborted && exitCode === 0 ? 143 : exitCode, message: '' };
    } catch (error) {
      if (signal.aborted) return { exitCode: 143, message: '' };
      this.#around.log(this.spec.name, messageOf(error));
      return { exitCode: 1, message: messageOf(error) };
    }
  }

  #context(network: NetworkScope, signal: AbortSignal) {
    const { clock, hostname, node } = this.#around;
    return {
      argv: [...(this.spec.entryPoint ?? []), ...(this.spec.command ?? [])],
      env: this.spec.env,
      readFile: (path: string) => this.spec.files.get(path)?.(),
      hostname,
      network,
      ...(node ? { node } : {}),
      clock,
      log: (line: string) => this.#around.log(this.spec.name, line),
      setHealthy: (healthy: boolean) => void (this.#ownHealth = healthy),
      signal,
    };
  }

  #watchHealth(check: HealthCheck, signal: AbortSignal): Promise<void> {
    const { clock, pace } = this.#around;
    const onChange = (health: Health) => {
      if (this.state.phase === 'running') this.#become({ ...this.state, health });
    };
    return monitorHealth(
      { check, clock, pace, onChange, checkOnce: (test, timeoutMs) => this.#checkOnce(test, timeoutMs) },
      signal,
    );
  }

  async #checkOnce(test: HealthCheck['test'], timeoutMs: number): Promise<boolean> {
    const { network, clock } = this.#around;
    if ('tcpPort' in test) return checkPort(network, test.tcpPort);
    if ('httpGet' in test) return checkRequest(network, { ...test.httpGet, timeoutMs, clock });
    if (this.#isOwnCommand(test.command)) return this.#ownHealth;
    return (await this.exec(test.command, { tty: false }).exited) === 0;
  }

  /** `CMD-SHELL ztunnel healthcheck`, `CMD ztunnel healthcheck`: the image's own executable is no file here. */
  #isOwnCommand(command: readonly string[]): boolean {
    const words = command
      .join(' ')
      .replace(/^(CMD-SHELL|CMD)\s+/, '')
      .split(/\s+/);
    return this.#image !== undefined && words[0]?.split('/').at(-1) === this.#image.executable;
  }

  exec(command: readonly string[], options: ExecOptions): ExecSession {
    return execIn(this.spec, this.#around, command, options);
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#finished;
  }

  #exit(result: { exitCode: number; reason: string; message: string }): void {
    this.#become({ phase: 'exited', ...result, finishedAtMs: this.#around.clock.now() });
  }

  #become(state: ContainerState): void {
    this.state = state;
    this.#around.changed(this.spec.name, state);
  }
}
