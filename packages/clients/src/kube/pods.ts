import type { KubeConfig, V1Status } from '@kubernetes/client-node';
import { Writable } from 'node:stream';
import { MeshbedError } from '@meshbed/core';
import { loadLibrary } from './connection.ts';

export interface PodCommand {
  namespace: string;
  pod: string;
  container: string;
  command: readonly string[];
  signal?: AbortSignal | undefined;
}

export interface PodResult {
  stdout: string;
  stderr: string;
  exitCode: number;
}

/**
 * `kubectl exec` without a terminal.
 * @throws MeshbedError `cloud/exec-pod` when the connection breaks off before the command's status arrives.
 */
export async function execInPod(config: KubeConfig, options: PodCommand): Promise<PodResult> {
  const { Exec } = await loadLibrary();
  const { namespace, pod, container, command, signal } = options;
  const [stdout, stderr] = [new Collected(), new Collected()];
  const { promise: status, resolve, reject } = Promise.withResolvers<V1Status>();
  const onAbort = () => reject(signal?.reason as Error);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    const socket = await new Exec(config).exec(
      namespace,
      pod,
      container,
      [...command],
      stdout,
      stderr,
      null,
      false,
      resolve,
    );
    socket.on('close', () => reject(new Error('the connection was closed before the status of the command arrived')));
    socket.on('error', (error: Error) => reject(error));
    const exitCode = exitCodeOf(await status);
    socket.close();
    return { stdout: stdout.text, stderr: stderr.text, exitCode };
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    throw new MeshbedError('cloud/exec-pod', `can't run a command in pod ${namespace}/${pod}`, {
      cause: readableCause(cause),
      next: `kubectl get pod ${pod} -n ${namespace} -o wide`,
    });
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

class Collected extends Writable {
  readonly #chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}

/** The last frame of an exec is a Status: success, or reason NonZeroExitCode with the code among its causes. */
function exitCodeOf({ status, message, details }: V1Status): number {
  if (status === 'Success') return 0;
  const code = details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (code === undefined) throw new Error(message ?? 'the command could not be started');
  return Number(code);
}

/** The websocket library rejects with an event whose `message` says what happened. */
function readableCause(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String((cause as { message?: unknown }).message ?? cause));
}
