import { mkdirSync } from 'node:fs';
import { createSandbox, type Sandbox } from '@meshbed/sandbox';
import { type Command, execute, type Result } from './execute.ts';
import { createCluster, type StageCluster } from './cluster.ts';

/** The one sandbox that all cases share: they must keep to names of their own. */
export class Stage implements AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly #path: string;
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

  /** An EKS cluster with two nodes, made when it is first asked for. */
  cluster(): Promise<StageCluster> {
    return (this.#cluster ??= createCluster(this));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.sandbox[Symbol.asyncDispose]();
  }
}
