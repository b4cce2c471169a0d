import { messageOf } from '@meshbed/core';
import { type KubeApi, type KubeObject, resources, typeOf } from '@meshbed/kube-client';
import type { ConfigMap } from '../objects.ts';

const name = 'istio-ca-root-cert';
const key = 'root-cert.pem';

export interface RootCertificateState {
  namespaces: Iterable<KubeObject>;
  configMaps: ReadonlyMap<string, ConfigMap>;
}

/**
 * Puts the root certificate into every namespace: ConfigMap `istio-ca-root-cert`.
 * @throws Error of all namespaces that failed, after every one had its turn.
 */
export async function distributeRoot(api: KubeApi, rootPem: string, state: RootCertificateState): Promise<void> {
  const problems: string[] = [];
  for (const { metadata } of state.namespaces) {
    const namespace = metadata.name;
    const current = state.configMaps.get(`${namespace}/${name}`)?.data?.[key];
    if (metadata.deletionTimestamp !== undefined || current === rootPem) continue;
    const configMap: ConfigMap = {
      ...typeOf(resources.configMaps),
      metadata: { name, namespace, labels: { 'istio.io/config': 'true' } },
      data: { [key]: rootPem },
    };
    const failed = (error: unknown) => void problems.push(messageOf(error));
    await api.apply(configMap, 'istiod').catch(failed);
  }
  if (problems.length > 0) throw new Error(problems.join('; '));
}
