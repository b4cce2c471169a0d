import type { Case, Found } from '../../case.ts';
import type { Stage } from '../../stage/index.ts';
import type { Running } from '../../stage/running.ts';

/** A case of any kubectl; which, the list of clients says. */
export type KubectlCase = Omit<Case, 'client' | 'run'> & { run: (kubectl: Kubectl) => Promise<void> };

interface Options {
  /** Standard input. */
  input?: string | object;
  /** Arguments that are taken as they are, after those of the line. */
  and?: readonly string[];
}

/** One kubectl, with a namespace of its own, as the cluster's administrator. */
export class Kubectl {
  readonly stage: Stage;
  readonly command: string;
  readonly namespace: string;

  constructor(stage: Stage, { command, version }: Found) {
    this.stage = stage;
    this.command = command;
    this.namespace = `kubectl-${version.replaceAll('.', '-')}`;
  }

  /** Whether this is at least version 1.`minor`. */
  isAtLeast(minor: number): boolean {
    return Number(this.namespace.split('-')[2]) >= minor;
  }

  /** Standard output and error. @throws Error when it fails */
  async run(line: string, options: Options = {}): Promise<string> {
    const { out, error } = await this.stage.run(this.command, this.#args(line, options), this.#input(options));
    return out + error;
  }

  /** What it says, and its exit code, when it must fail. */
  async fail(line: string, options: Options = {}): Promise<{ code: number; error: string }> {
    const result = await this.stage.attempt(this.command, this.#args(line, options), this.#input(options));
    if (result.code === 0) throw new Error(`kubectl ${line} succeeded: ${result.out}`);
    return { code: result.code, error: result.out + result.error };
  }

  /** Until an object is gone; `wait --for=delete` of old versions fails when it is gone before. */
  async gone(what: string): Promise<void> {
    if (this.isAtLeast(24)) return void (await this.run(`wait --for=delete ${what} --timeout=30s`));
    await this.stage.until(
      `${what} is gone`,
      async () => (await this.run(`get ${what} --ignore-not-found -o name`)) || undefined,
    );
  }

  /** Keeps running; dispose of it. */
  start(line: string): Running {
    return this.stage.start(this.command, this.#args(line, {}));
  }

  /** A pod that idles, for what is done inside one. */
  async box(): Promise<void> {
    await this.run('apply -f -', { input: box });
    await this.run('wait pod/box --for=condition=Ready --timeout=30s');
  }

  #args(line: string, { and = [] }: Options): string[] {
    return ['-n', this.namespace, ...line.split(' '), ...and];
  }

  #input({ input = '' }: Options): { input: string } {
    return { input: typeof input === 'string' ? input : JSON.stringify(input) };
  }
}

const box = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'box', labels: { app: 'box' } },
  spec: {
    terminationGracePeriodSeconds: 1,
    containers: [{ name: 'box', image: 'curlimages/curl:latest', command: ['sleep', '3600'] }],
  },
};

const sessions = new WeakMap<Found, Promise<Kubectl>>();

/** The namespace is made once. */
export function sessionOf(stage: Stage, found: Found): Promise<Kubectl> {
  const session = sessions.get(found) ?? open(stage, found);
  sessions.set(found, session);
  return session;
}

async function open(stage: Stage, found: Found): Promise<Kubectl> {
  await stage.cluster();
  const kubectl = new Kubectl(stage, found);
  await kubectl.run(`create namespace ${kubectl.namespace}`);
  return kubectl;
}
