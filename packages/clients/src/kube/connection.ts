import type { KubeConfig } from '@kubernetes/client-node';

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

/** The client library takes most of a second to load, hence only when a cluster is really talked to. */
export const loadLibrary = (): Promise<typeof import('@kubernetes/client-node')> => import('@kubernetes/client-node');

export async function connect(access: KubeAccess): Promise<KubeConfig> {
  const { KubeConfig } = await loadLibrary();
  const config = new KubeConfig();
  config.loadFromOptions(parts(access));
  config.addAuthenticator({
    isAuthProvider: ({ name }) => name === access.context,
    async applyAuthentication(_user, options) {
      options.headers = Object.assign({}, options.headers, { Authorization: `Bearer ${await access.token()}` });
    },
  });
  return config;
}

/** A kubeconfig file for other programs, with a token that works now. JSON is YAML. */
export async function kubeconfigText(access: KubeAccess): Promise<string> {
  const { clusters, users, contexts, currentContext } = parts(access);
  const token = await access.token();
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: clusters.map(({ name, server, caData }) => ({
      name,
      cluster: { server, 'certificate-authority-data': caData },
    })),
    users: users.map(({ name }) => ({ name, user: { token } })),
    contexts: contexts.map(({ name, cluster, user }) => ({ name, context: { cluster, user } })),
    'current-context': currentContext,
  });
}

function parts({ context: name, server, certificateAuthorityData: caData }: KubeAccess) {
  return {
    clusters: [{ name, server, caData, skipTLSVerify: false }],
    users: [{ name }],
    contexts: [{ name, cluster: name, user: name }],
    currentContext: name,
  };
}
