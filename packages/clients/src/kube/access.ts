import { KubeApi } from '@meshbed/kube-client';

/** How to reach one cluster. */
export interface KubeAccess {
  /** Name of the context, as tools print it. */
  context: string;
  server: string;
  /** PEM in base64, as in a kubeconfig. */
  certificateAuthorityData: string;
  /** A bearer token that is valid now; called for every request. */
  token(): Promise<string>;
}

/** A kubeconfig file for other programs, with a token that works now. JSON is YAML. */
export async function kubeconfigText(access: KubeAccess): Promise<string> {
  const { context: name, server, certificateAuthorityData } = access;
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': certificateAuthorityData } }],
    users: [{ name, user: { token: await access.token() } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}

/** One client per cluster: it keeps connections. */
export const apiOf = (access: KubeAccess): KubeApi =>
  new KubeApi({
    server: access.server,
    ca: Buffer.from(access.certificateAuthorityData, 'base64').toString(),
    credential: async () => ({ token: await access.token() }),
  });
