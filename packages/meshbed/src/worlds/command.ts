import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ready, systemClock, until, waiting } from '@meshbed/core';

const bin = fileURLToPath(new URL('../../bin/meshbed.mjs', import.meta.url));
/** Not in the temporary folder, which must be empty at the end. */
const compileCache = fileURLToPath(new URL('../../../../node_modules/.cache/node-compile-cache', import.meta.url));

/** `meshbed …` as a user starts it, with a temporary folder of its own. */
export class RunningCommand implements Disposable {
  output = '';
  readonly #process: ChildProcess;
  readonly #folder = mkdtempSync(join(tmpdir(), 'meshbed-test-'));
  /** Where sandboxes are that others may find; stays when it is empty. */
  readonly #home = mkdtempSync(join(tmpdir(), 'meshbed-test-home-'));

  constructor(...args: string[]) {
    const { PATH = '' } = process.env;
    const { AWS_SECRET_ACCESS_KEY } = process.env;
    const env = {
      PATH,
      AWS_SECRET_ACCESS_KEY,
      TMPDIR: this.#folder,
      MESHBED_HOME: this.#home,
      NODE_COMPILE_CACHE: compileCache,
    };
    this.#process = spawn(process.execPath, [bin, ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a process group as a shell makes one
    });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
  }

  /** Until it has written this. @throws when it ends before, or does not within `timeoutMs`. */
  async says(text: string, timeoutMs = 60_000): Promise<void> {
    const condition = () => {
      if (this.output.includes(text)) return ready(true);
      if (this.#process.exitCode !== null) throw new Error(`it has ended without saying "${text}":\n${this.output}`);
      return waiting('it has not said so yet');
    };
    const backoff = { firstMs: 20, factor: 1, maxMs: 20 };
    await until(condition, { clock: systemClock, what: `"${text}" in ${this.output}`, timeoutMs, backoff });
  }

  /** Its exit code. @throws when it does not end within ten seconds. */
  async ends(): Promise<number> {
    const condition = () => {
      const { exitCode } = this.#process;
      return exitCode === null ? waiting(this.output) : ready(exitCode);
    };
    return until(condition, { clock: systemClock, what: 'end of the command', timeoutMs: 10_000 });
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  /** As a terminal does: every process of the group gets the signal. */
  killGroup(signal: NodeJS.Signals): void {
    process.kill(-(this.#process.pid ?? 0), signal);
  }

  /** The variables that it tells the user to set. */
  get environment(): Record<string, string> {
    const [, file = ''] = /environment +(\S+)/.exec(this.output) ?? [];
    return JSON.parse(readFileSync(file.replace(/env\.sh$/, 'env.json'), 'utf8')) as Record<string, string>;
  }

  /** Where it says that its APIs listen: AWS and Kubernetes. */
  get urls(): string[] {
    const { KUBECONFIG = '' } = this.environment;
    const found = /AWS +(http:\S+),/.exec(this.output)?.[1] ?? '';
    const { clusters } = JSON.parse(readFileSync(KUBECONFIG, 'utf8')) as {
      clusters: { cluster: { server: string } }[];
    };
    return [found, ...clusters.map(({ cluster }) => cluster.server)];
  }

  /** What is in its temporary folder, and the sandboxes that others would find. */
  leftovers(): string[] {
    const instances = join(this.#home, 'instances');
    return [...readdirSync(this.#folder), ...(existsSync(instances) ? readdirSync(instances) : [])];
  }

  /** Itself and all that it started, also in other process groups. */
  async processes(): Promise<number[]> {
    const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=']);
    const parents = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
    const family = new Set([this.#process.pid ?? -1]);
    // A child has mostly a higher pid than its parent, but pids wrap around: as often as there are generations.
    for (let size = 0; size < family.size;) {
      size = family.size;
      for (const [pid = -1, parent = -1] of parents) if (family.has(parent)) family.add(pid);
    }
    return [...family];
  }

  [Symbol.dispose](): void {
    this.#process.kill('SIGKILL');
    for (const folder of [this.#folder, this.#home]) rmSync(folder, { recursive: true, force: true });
  }
}

/** Until none of the processes runs. A zombie has ended. */
export async function gone(pids: readonly number[]): Promise<void> {
  const condition = async () => {
    const running = await promisify(execFile)('ps', ['-o', 'pid=,stat=,args=', '-p', pids.join(',')]).then(
      ({ stdout }) =>
        stdout
          .trim()
          .split('\n')
          .filter((line) => !/^\s*\d+\s+Z/.test(line)),
      () => [], // ps fails when there is none
    );
    return running.length === 0 ? ready(true) : waiting(running.join('; '));
  };
  await until(condition, { clock: systemClock, what: 'end of all processes', timeoutMs: 5000 });
}

/** Whether somebody listens on the port of 127.0.0.1 in `url`. */
export function listens(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}
