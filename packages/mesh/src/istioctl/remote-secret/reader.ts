import { type Clock, ready, until, waiting } from '@meshbed/core';
import { type KubeApi, type KubeObject, resources } from '@meshbed/kube-client';
import { clusterAccess, type Manifest, type Rule, serviceAccount } from '../manifests/object.ts';

const namespace = 'istio-system';
const reader = 'istio-reader-service-account';
const tokenSecret = `${reader}-istio-remote-secret-token`;

/** What an istiod of another cluster reads here. */
const rules: Rule[] = [
  {
    apiGroups: [''],
    resources: ['endpoints', 'pods', 'services', 'nodes', 'namespaces'],
    verbs: ['get', 'list', 'watch'],
  },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['get', 'list', 'watch'] },
  {
    apiGroups: ['networking.istio.io', 'gateway.networking.k8s.io'],
    resources: ['*'],
    verbs: ['get', 'list', 'watch'],
  },
];

const manifests: Manifest[] = [
  serviceAccount(reader, namespace),
  ...clusterAccess('istio-reader-clusterrole-istio-system', { name: reader, namespace }, rules),
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: tokenSecret, namespace, annotations: { 'kubernetes.io/service-account.name': reader } },
    type: 'kubernetes.io/service-account-token',
  },
];

interface TokenSecret extends KubeObject {
  data?: { token?: string; 'ca.crt'?: string };
}

/** The token of the reader's account, which is made when it is missing, and the roots behind the API server. */
export async function readerToken(api: KubeApi, clock: Clock): Promise<{ token: string; caPem: string }> {
  for (const manifest of manifests) await api.apply(manifest, 'istioctl');
  const decoded = (data: string) => Buffer.from(data, 'base64').toString();
  return until(
    async () => {
      const found = await api.get<TokenSecret>(resources.secrets, tokenSecret, namespace);
      const { token, 'ca.crt': ca } = found?.data ?? {};
      return token !== undefined && ca !== undefined
        ? ready({ token: decoded(token), caPem: decoded(ca) })
        : waiting('the cluster has not filled it yet');
    },
    {
      clock,
      what: `token of ${namespace}/${reader}`,
      timeoutMs: 30_000,
      next: `kubectl -n ${namespace} describe secret ${tokenSecret}`,
    },
  );
}
