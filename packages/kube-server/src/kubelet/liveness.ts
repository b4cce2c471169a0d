import { request } from '@meshbed/core/http';
import type { Socket } from 'node:net';
import type { Clock, RunningWorkload } from '@meshbed/core';
import { messageOf } from '@meshbed/core';
import type { ContainerRecord } from './containers.ts';
import { probePeriodMs, type ProbeTest, probeTest } from './probes.ts';

/** Asks the liveness probes of one pod's running containers. */
export class LivenessProbes implements Disposable {
  readonly #clock: Clock;
  readonly #failed: (container: string, message: string) => void;
  readonly #running = new Map<string, AbortController>();

  /** `failed` is called when a probe has failed as often as its threshold says. */
  constructor(clock: Clock, failed: (container: string, message: string) => void) {
    this.#clock = clock;
    this.#failed = failed;
  }

  watch(record: ContainerRecord, workload: RunningWorkload): void {
    const { name, livenessProbe } = record.spec;
    this.forget(name);
    if (!livenessProbe) return;
    const stop = new AbortController();
    this.#running.set(name, stop);
    this.#probe(record, workload, stop.signal).catch((error: unknown) => {
      if (!stop.signal.aborted) throw error;
    });
  }

  forget(container: string): void {
    this.#running.get(container)?.abort();
    this.#running.delete(container);
  }

  [Symbol.dispose](): void {
    for (const name of this.#running.keys()) this.forget(name);
  }

  async #probe({ spec }: ContainerRecord, workload: RunningWorkload, signal: AbortSignal): Promise<void> {
    const probe = spec.livenessProbe ?? {};
    const test = probeTest(probe, spec);
    await this.#clock.sleep((probe.initialDelaySeconds ?? 0) * 1000, signal);
    for (let failures = 0; ; await this.#clock.sleep(probePeriodMs(probe), signal)) {
      const problem = await this.#ask(
        { test, container: spec.name, timeoutMs: (probe.timeoutSeconds ?? 1) * 1000 },
        workload,
        signal,
      );
      failures = problem === undefined ? 0 : failures + 1;
      if (problem !== undefined && failures >= (probe.failureThreshold ?? 3)) return this.#failed(spec.name, problem);
    }
  }

  async #ask(question: Question, workload: RunningWorkload, signal: AbortSignal): Promise<string | undefined> {
    const timeout = new AbortController();
    const timer = this.#clock.after(question.timeoutMs, () =>
      timeout.abort(new Error(`no answer within ${question.timeoutMs} ms`)),
    );
    try {
      return await ask(question, workload, AbortSignal.any([timeout.signal, signal]));
    } catch (error) {
      return messageOf(error);
    } finally {
      timer[Symbol.dispose]();
    }
  }
}

interface Question {
  test: ProbeTest;
  container: string;
  timeoutMs: number;
}

/** Undefined when the answer is good, else what was wrong. */
async function ask(
  { test, container }: Question,
  workload: RunningWorkload,
  signal: AbortSignal,
): Promise<string | undefined> {
  if ('command' in test) return runCommand(test.command, container, workload, signal);
  const socket = await workload.connectInside('tcpPort' in test ? test.tcpPort : test.httpGet.port);
  signal.addEventListener('abort', () => socket.destroy(signal.reason as Error), { once: true });
  if ('httpGet' in test) return getStatus(socket, test.httpGet.path);
  socket.destroy();
  return undefined;
}

async function runCommand(
  command: readonly string[],
  container: string,
  workload: RunningWorkload,
  signal: AbortSignal,
): Promise<string | undefined> {
  const session = workload.exec(container, command, { tty: false });
  signal.addEventListener('abort', () => session.kill(), { once: true });
  session.stdin.end();
  session.stdout.resume();
  session.stderr.resume();
  const code = await session.exited;
  return code === 0 ? undefined : `command exited with ${code}`;
}

function getStatus(socket: Socket, path: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request({
      path,
      createConnection: () => socket,
      headers: { host: 'localhost', 'user-agent': 'kube-probe/1.32', connection: 'close' },
    });
    asked.on('error', reject);
    asked.on('response', (response) => {
      response.resume();
      const { statusCode = 0 } = response;
      resolve(statusCode >= 200 && statusCode < 400 ? undefined : `HTTP probe failed with statuscode: ${statusCode}`);
    });
    asked.end();
  });
}
