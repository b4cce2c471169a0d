import type { KubeReader, Manifest } from '@meshbed/clients/kube';

/** Where istiod writes down, in every namespace, what its certificates are to be believed by. */
export const rootConfigMap = (namespace = 'istio-system'): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace, name: 'istio-ca-root-cert' },
});

/** PEM of one or several; undefined while there is no istiod, or it has not written it down yet. */
export async function rootHandedOut(kube: Pick<KubeReader, 'get'>, namespace?: string): Promise<string | undefined> {
  const found = (await kube.get(rootConfigMap(namespace)))?.['data'] as Record<string, string> | undefined;
  return found?.['root-cert.pem'];
}

/** Each certificate of a bundle. */
export const rootsIn = (bundle: string): string[] =>
  bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];

export const haveCommonRoot = (one: string, other: string): boolean => {
  const roots = rootsIn(other);
  return rootsIn(one).some((root) => roots.includes(root));
};
