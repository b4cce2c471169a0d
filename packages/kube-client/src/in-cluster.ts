import { MeshbedError, type ProgramContext } from '@meshbed/core';
import { KubeApi } from './api.ts';

const mounted = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The API of the cluster that a program's pod runs in, with the pod's service account.
 * @throws MeshbedError when the program does not run in a pod.
 */
export function inCluster(context: ProgramContext): KubeApi {
  const { env, network } = context;
  const host = env['KUBERNETES_SERVICE_HOST'];
  const ca = context.readFile(`${mounted}/ca.crt`);
  if (host === undefined || ca === undefined) {
    throw new MeshbedError('environment/not-in-cluster', 'this program must run in a pod', {
      likely: 'KUBERNETES_SERVICE_HOST or the mounted service account is missing',
    });
  }
  return new KubeApi({
    server: `https://${host}:${env['KUBERNETES_SERVICE_PORT'] ?? 443}`,
    connect: (name, port) => network.connect(name, port),
    servername: 'kubernetes.default.svc',
    ca,
    credential: () => ({ token: context.readFile(`${mounted}/token`)?.trim() }),
  });
}
