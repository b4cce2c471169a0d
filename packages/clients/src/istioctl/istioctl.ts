import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { MeshbedError } from '@meshbed/core';

export interface IstioctlOptions {
  /** Program and leading arguments, for example `['istioctl']`. */
  command: readonly string[];
  /** The whole environment of the command. */
  env: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

export interface RunOptions {
  /** For standard input. */
  input?: string;
  /** Called with each line that it prints, as it prints it. */
  onLine?: (line: string) => void;
}

export interface IstioctlRun {
  stdout: string;
  stderr: string;
}

export interface Istioctl {
  /** @throws MeshbedError `environment/istioctl-missing`, `cloud/istioctl` when it exits with another code than 0. */
  run(args: readonly string[], options?: RunOptions): Promise<IstioctlRun>;
  /** Runs with `-o json` and parses what it prints. */
  json<T>(args: readonly string[]): Promise<T>;
}

export function createIstioctl(options: IstioctlOptions): Istioctl {
  const run: Istioctl['run'] = async (args, more = {}) => {
    const { code, stdout, stderr } = await spawned(options, args, more);
    if (code !== 0) throw failed(options, args, { code, output: stderr.trim() || stdout.trim() });
    return { stdout, stderr };
  };
  return {
    run,
    async json<T>(args: readonly string[]) {
      const { stdout } = await run([...args, '-o', 'json']);
      try {
        return JSON.parse(stdout) as T;
      } catch (cause) {
        throw new MeshbedError('cloud/istioctl-output', `istioctl ${args.join(' ')} did not print JSON`, {
          cause,
          object: stdout.slice(0, 200),
          next: 'compare the version of the command with that of the control plane: istioctl version',
        });
      }
    },
  };
}

interface Finished {
  code: number | string;
  stdout: string;
  stderr: string;
}

function spawned(
  { command, env, signal }: IstioctlOptions,
  args: readonly string[],
  { input = '', onLine }: RunOptions,
): Promise<Finished> {
  const [program = '', ...leading] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...leading, ...args], { env, ...(signal ? { signal } : {}) });
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (chunk: string) => (text[name] += chunk));
    }
    if (onLine)
      for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
    child.on('error', (cause) => reject(signal?.aborted ? (signal.reason as Error) : missing(program, cause)));
    child.on('close', (code, signalName) => resolve({ code: code ?? signalName ?? 'unknown', ...text }));
    child.stdin.on('error', () => {}); // a command that ends without reading its input says why by its exit code
    child.stdin.end(input);
  });
}

function missing(program: string, cause: Error): MeshbedError {
  return new MeshbedError('environment/istioctl-missing', `can't start istioctl`, {
    cause,
    object: program,
    likely: 'the distribution with ECS support is not installed, or not at this path',
    next: 'set ISTIOCTL to the path of the istioctl binary',
  });
}

function failed(
  options: IstioctlOptions,
  args: readonly string[],
  { code, output }: { code: number | string; output: string },
) {
  const line = [...options.command, ...args].join(' ');
  const { KUBECONFIG } = options.env;
  return new MeshbedError(
    'cloud/istioctl',
    `istioctl ${args.slice(0, 2).join(' ')} failed with exit code ${code}: ${output}`,
    {
      object: line,
      next: `run it yourself: ${KUBECONFIG ? `KUBECONFIG=${KUBECONFIG} ` : ''}${line}`,
    },
  );
}
