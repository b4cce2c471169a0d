import type { Manifest } from '@meshbed/clients/kube';
import { parse } from 'yaml';

interface Kubeconfig {
  users?: { user?: { token?: string } }[];
}

/** By which an istiod reads another cluster. */
export const isRemoteSecret = ({ metadata }: Manifest): boolean =>
  metadata.namespace === 'istio-system' && metadata.labels?.['istio/multiCluster'] === 'true';

/** The token for the API server of the named cluster. */
export function tokenIn(secret: Manifest, clusterName: string): string | undefined {
  const data = (secret['data'] as Record<string, string> | undefined)?.[clusterName];
  const kubeconfig = parse(Buffer.from(data ?? '', 'base64').toString()) as Kubeconfig | null;
  return kubeconfig?.users?.[0]?.user?.token;
}
