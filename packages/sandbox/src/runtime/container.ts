import type { Clock, ContainerSpec, ContainerState, ExecOptions, ExecSession, HealthCheck } from '@meshbed/core';
import { messageOf, type NodeHost, type Program, type ProgramContext } from '@meshbed/core';
import type { Image } from './catalogue.ts';
import { checkCommand, checkPort, checkRequest } from './check.ts';
import { Children } from './child.ts';
import { execIn } from './exec.ts';
import { monitorHealth } from './health.ts';
import type { Keeper } from './keeper.ts';
import type { FabricNetwork } from './network.ts';
import type { ProxyEntry } from './proxy.ts';
import { NetworkScope } from './scope.ts';
import { exitCodes, Termination, untilAborted } from './termination.ts';

/** What containers of one workload share. */
export interface ContainerSurroundings {
  clock: Clock;
  /** See HealthMonitorOptions. */
  pace: number;
  network: FabricNetwork;
  node: NodeHost | undefined;
  hostname: string;
  keeper: Keeper;
  proxy: ProxyEntry;
  /** Variables every command needs from the machine (PATH). */
  machine: Readonly<Record<string, string>>;
  folder: string;
  /** Why the image can't be pulled; undefined when it can. */
  pull(image: string): Image | { problem: string };
  changed(container: string, state: ContainerState): void;
  log(container: string, line: string): void;
}

/** How long a program that is killed may take to let go of what it holds. */
const lastWordsMs = 500;

export const cannotPull = 'CannotPullContainerError';

/** One container: waiting, then running its image's program, then exited; may run again. */
export class Container {
  readonly spec: ContainerSpec;
  state: ContainerState = { phase: 'waiting', reason: 'ContainerCreating', message: '' };
  readonly #around: ContainerSurroundings;
  readonly #children: Children;
  #image: Image | undefined;
  #terminate = new AbortController();
  readonly #kill = new AbortController();
  #finished: Promise<void> = Promise.resolve();
  #ownHealth = false;

  constructor(spec: ContainerSpec, around: ContainerSurroundings) {
    this.spec = spec;
    this.#around = around;
    this.#children = new Children(around.keeper);
  }

  start(): void {
    const image = this.#around.pull(this.spec.image);
    if ('problem' in image) return this.#exit({ exitCode: 1, reason: cannotPull, message: image.problem });
    this.#image = image;
    this.#ownHealth = false;
    this.#terminate = new AbortController();
    this.#finished = this.#run(image.program(this.spec), this.#terminate);
  }

  async #run(program: Program, termination: AbortController): Promise<void> {
    this.#become({ phase: 'running', startedAtMs: this.#around.clock.now(), health: 'UNKNOWN' });
    if (this.spec.healthCheck) void this.#watchHealth(this.spec.healthCheck, termination.signal);
    const { exitCode, message } = await this.#outcome(program, termination.signal);
    termination.abort();
    await this.#children.stop();
    this.#exit({ exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', message });
  }

  /** What the program listened on and connected to is gone when this resolves, so that it can run again. */
  async #outcome(program: Program, signal: AbortSignal): Promise<{ exitCode: number; message: string }> {
    await using network = new NetworkScope(this.#around.network);
    const ended = new AbortController();
    try {
      const exitCode = await Promise.race([program(this.#context(network, signal)), this.#killed(ended.signal)]);
      return { exitCode: signal.aborted && exitCode === 0 ? exitCodes.sigterm : exitCode, message: '' };
    } catch (error) {
      if (signal.aborted) return { exitCode: exitCodes.sigterm, message: '' };
      this.#around.log(this.spec.name, messageOf(error));
      return { exitCode: 1, message: messageOf(error) };
    } finally {
      ended.abort();
    }
  }

  /** A program that does not end when told to must not stall the rest. */
  async #killed(ended: AbortSignal): Promise<number> {
    await untilAborted(AbortSignal.any([this.#kill.signal, ended]));
    await this.#around.clock.sleep(lastWordsMs, ended).catch(() => {});
    return exitCodes.sigkill;
  }

  #context(network: NetworkScope, signal: AbortSignal): ProgramContext {
    const { clock, hostname, node } = this.#around;
    return {
      argv: [...(this.spec.entryPoint ?? []), ...(this.spec.command ?? [])],
      env: this.spec.env,
      readFile: (path) => this.spec.files.get(path)?.(),
      hostname,
      network,
      ...(node ? { node } : {}),
      ...(this.spec.stdin ? { stdin: this.spec.stdin } : {}),
      clock,
      log: (line) => this.#around.log(this.spec.name, line),
      setHealthy: (healthy) => void (this.#ownHealth = healthy),
      signal,
    };
  }

  #watchHealth(check: HealthCheck, signal: AbortSignal): Promise<void> {
    const { clock, pace } = this.#around;
    return monitorHealth(
      {
        check,
        clock,
        pace,
        checkOnce: (test, timeout) => this.#checkOnce(test, timeout),
        onChange: (health) => this.state.phase === 'running' && this.#become({ ...this.state, health }),
      },
      signal,
    );
  }

  async #checkOnce(test: HealthCheck['test'], signal: AbortSignal): Promise<boolean> {
    const { network } = this.#around;
    if ('tcpPort' in test) return checkPort(network.connectInside(test.tcpPort));
    if ('httpGet' in test) return checkRequest(network.connectInside(test.httpGet.port), test.httpGet, signal);
    if (this.#isOwnCommand(test.command)) return this.#ownHealth;
    return checkCommand(this.exec(test.command, { tty: false }), signal);
  }

  /** `ztunnel healthcheck`, also by way of a shell: the image's own executable is no file here. */
  #isOwnCommand(command: readonly string[]): boolean {
    const [first = ''] = command
      .join(' ')
      .replace(/^(\/bin\/)?sh -c /, '')
      .trim()
      .split(/\s+/);
    return first.split('/').at(-1) === this.#image?.executable;
  }

  exec(command: readonly string[], options: ExecOptions): ExecSession {
    return execIn(this.spec, { ...this.#around, children: this.#children }, command, options);
  }

  /** Tells the program to end, and after `graceMs` no longer asks. A later call may only shorten the time. */
  async stop(graceMs: number): Promise<void> {
    using _ = this.#around.clock.after(graceMs, () => this.#kill.abort());
    if (graceMs <= 0) this.#kill.abort();
    this.#terminate.abort(new Termination(this.#kill.signal));
    await Promise.resolve(); // whoever calls may have been told of the start, by the start
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
