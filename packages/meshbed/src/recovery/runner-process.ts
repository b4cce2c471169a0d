import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { RunEvent } from '@meshbed/runner/journal';

const bin = fileURLToPath(new URL('../../bin/meshbed.mjs', import.meta.url));

export interface RunnerOptions {
  /** Asked at each event of `--json`; true kills the process at once, without a chance to do anything. */
  killAt?: (event: RunEvent, index: number) => boolean;
  /** Where instances are; default: as for the user who runs the tests. */
  home?: string;
}

export interface RunnerEnd {
  /** null when it was killed. */
  code: number | null;
  events: RunEvent[];
  stdout: string;
  stderr: string;
}

/** Runs a command of ours in a process of its own until it ends or is killed. */
export async function startRunner(args: readonly string[], { killAt, home }: RunnerOptions = {}): Promise<RunnerEnd> {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [bin, ...args], {
    env: { PATH, HOME, NO_COLOR: '1', ...(home === undefined ? {} : { MESHBED_HOME: home }) },
  });
  const events: RunEvent[] = [];
  let [stdout, stderr] = ['', ''];
  createInterface({ input: child.stdout }).on('line', (line) => {
    stdout += `${line}\n`;
    if (!line.startsWith('{')) return;
    const event = JSON.parse(line) as RunEvent;
    events.push(event);
    if (killAt?.(event, events.length - 1)) child.kill('SIGKILL');
  });
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, events, stdout, stderr };
}
