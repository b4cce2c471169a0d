import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { MeshbedError } from '@meshbed/core';
import type { KubeApi } from '@meshbed/kube-client';

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
export async function execInPod(api: KubeApi, { command, signal, ...place }: PodCommand): Promise<PodResult> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const output = Promise.all([text(stdout), text(stderr)]);
  try {
    const exitCode = await api.exec(place, command, { stdout, stderr, signal });
    for (const stream of [stdout, stderr]) stream.end();
    const [out, error] = await output;
    return { stdout: out, stderr: error, exitCode };
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    const { namespace, pod } = place;
    throw new MeshbedError('cloud/exec-pod', `can't run a command in pod ${namespace}/${pod}`, {
      cause,
      next: `kubectl get pod ${pod} -n ${namespace} -o wide`,
    });
  }
}
