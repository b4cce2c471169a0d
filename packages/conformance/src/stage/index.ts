import { mkdirSync } from 'node:fs';
import { ready, systemClock, until, waiting } from '@meshbed/core';
import { createSandbox, type Sandbox } from '@meshbed/sandbox';
import { awsCli } from '../clients/aws/cli.ts';
import { type Command, execute, type Result } from './execute.ts';
import { Running } from './running.ts';
import { createCluster, type StageCluster } from './cluster.ts';

/** The one sandbox that all cases share: they must keep to names of their own. */
export class Stage implements AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly #path: string;
  readonly #kubeconfigs = new Map<string, Promise<string | undefined>>();
  #cluster: Promise<StageCluster> | undefined;

  private constructor(sandbox: Sandbox, path: string) {
    this.sandbox = sandbox;
    this.#path = path;
  }

  static async open(path: string): Promise<Stage> {
    const sandbox = await createSandbox({ machine: { PATH: path } });
    mkdirSync(sandbox.directory.file('home'), { recursive: true });
    return new Stage(sandbox, path);
  }

  /** What programs see: the sandbox's variables, a home of their own, and nothing else of the machine but its PATH. */
  get environment(): Readonly<Record<string, string>> {
    return { ...this.sandbox.environment, PATH: this.#path, HOME: this.sandbox.directory.file('home') };
  }

  /** Runs a program as an operator would. @throws Error with its output when it fails */
  async run(command: string, args: readonly string[], options: Partial<Command> = {}): Promise<Result> {
    const result = await this.attempt(command, args, options);
    if (result.code === 0) return result;
    throw new Error(`${command} ${args.join(' ')}: exit code ${result.code}\n${result.out}${result.error}`);
  }

  /** Runs a program that may fail. */
  attempt(command: string, args: readonly string[], options: Partial<Command> = {}): Promise<Result> {
    return execute({ command, args, ...options, environment: { ...this.environment, ...options.environment } });
  }

  /** Starts a program that runs until it is disposed of. */
  start(command: string, args: readonly string[]): Running {
    return new Running(command, args, this.environment);
  }

  /** Waits up to a minute, until `missing` has nothing to name any more. */
  async until(what: string, missing: () => string | undefined | Promise<string | undefined>): Promise<void> {
    const condition = async () => {
      const reason = await missing();
      return reason === undefined ? ready(true) : waiting(reason);
    };
    await until(condition, { clock: systemClock, what, timeoutMs: 60_000 });
  }

  /** The kubeconfig that `aws eks update-kubeconfig` writes for an account; undefined without `aws`. */
  eksKubeconfig(account: 'local' | 'external'): Promise<string | undefined> {
    const known = this.#kubeconfigs.get(account) ?? this.#writeKubeconfig(account);
    this.#kubeconfigs.set(account, known);
    return known;
  }

  async #writeKubeconfig(account: 'local' | 'external'): Promise<string | undefined> {
    if (!(await awsCli.find())) return undefined;
    const { name } = await this.cluster();
    const { profile } = this.sandbox.accounts[account];
    const file = this.sandbox.directory.file(`kubeconfig-${account}`);
    const args = ['eks', 'update-kubeconfig', '--name', name, '--profile', profile, '--kubeconfig', file];
    await this.run('aws', [...args, '--endpoint-url', this.sandbox.aws.url]);
    return file;
  }

  /** An EKS cluster with two nodes and Istio, made when it is first asked for. */
  cluster(): Promise<StageCluster> {
    return (this.#cluster ??= createCluster(this));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.sandbox[Symbol.asyncDispose]();
  }
}
