import { MeshbedError } from '@meshbed/core';
import type { Connect } from '../agents.ts';
import { KubeApi } from '../api.ts';
import { parseKubeconfig } from './file.ts';

/** Files and commands of whoever wrote the kubeconfig are not those of whoever reads it. */
const foreign = ['exec', 'tokenFile', 'client-certificate', 'client-key'];

export interface EmbeddedOptions {
  /** What messages call it. */
  name: string;
  connect: Connect;
}

/**
 * The cluster of a kubeconfig that somebody else wrote, as in a secret: it has to hold everything itself, and it may not
 * name files or commands.
 * @throws MeshbedError `user/kubeconfig…`
 */
export async function fromKubeconfigText(content: string, { name, connect }: EmbeddedOptions): Promise<KubeApi> {
  const { cluster, user } = await parseKubeconfig(content, { file: name });
  const refused =
    foreign.find((field) => field in user) ??
    ['certificate-authority', 'insecure-skip-tls-verify'].find((field) => field in cluster);
  if (refused !== undefined) {
    throw new MeshbedError('user/kubeconfig-unsupported', `${name}: ${refused} is not allowed here`, {
      object: name,
      likely: 'it was not made by istioctl create-remote-secret',
    });
  }
  const decoded = (data: string | undefined) =>
    data === undefined ? undefined : Buffer.from(data, 'base64').toString();
  const cert = decoded(user['client-certificate-data']);
  const key = decoded(user['client-key-data']);
  const clientCertificate = cert !== undefined && key !== undefined ? { cert, key } : undefined;
  return new KubeApi({
    server: cluster.server,
    connect,
    servername: cluster['tls-server-name'],
    ca: decoded(cluster['certificate-authority-data']),
    credential: () => ({ token: user.token, clientCertificate }),
  });
}
