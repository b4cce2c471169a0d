import { execFile } from 'node:child_process';

export interface Command {
  command: string;
  args: readonly string[];
  environment: Readonly<Record<string, string>>;
  /** Standard input. */
  input?: string | undefined;
  folder?: string | undefined;
}

export interface Result {
  code: number;
  out: string;
  error: string;
}

const timeoutMs = 60_000;

/** Runs a program to its end; one that can't be started ends with 127. */
export function execute({ command, args, environment, input = '', folder }: Command): Promise<Result> {
  return new Promise((resolve) => {
    const options = { env: { ...environment }, cwd: folder, maxBuffer: 1e8, timeout: timeoutMs };
    const child = execFile(command, args, options, (failure, out, error) =>
      resolve({ code: codeOf(failure), out, error: failure?.killed ? `${error}(ended after ${timeoutMs} ms)` : error }),
    );
    // It may end without reading.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

function codeOf(failure: { code?: number | string | null } | null): number {
  if (!failure) return 0;
  return typeof failure.code === 'number' ? failure.code : 127;
}
