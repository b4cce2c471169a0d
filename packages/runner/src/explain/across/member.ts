/** What a cluster says of its part in a mesh of several. */
import type { KubeReader } from '@meshbed/clients/kube';
import type { ConfigMap, KubeObject } from '../facts/objects.ts';

export interface Gateway extends KubeObject {
  spec: { gatewayClassName: string };
  status?: { addresses?: readonly { value: string }[] };
}

export interface Member {
  /** Label of the system namespace. */
  network: string | undefined;
  gateways: readonly Gateway[];
  /** Certificates that its workloads trust, PEM. */
  roots: readonly string[];
}

const networkLabel = 'topology.istio.io/network';
const systemNamespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system' } };
const rootCertificate = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'istio-system', name: 'istio-ca-root-cert' },
};

/** @throws MeshbedError `cloud/kubernetes` */
export async function readMember(kube: KubeReader): Promise<Member> {
  const [namespace, gateways, roots] = await Promise.all([
    kube.get(systemNamespace),
    kube.list('gateway.networking.k8s.io/v1', 'Gateway'),
    kube.get(rootCertificate),
  ]);
  const bundle = (roots as ConfigMap | undefined)?.data?.['root-cert.pem'] ?? '';
  return {
    network: namespace?.metadata.labels?.[networkLabel],
    gateways: gateways as unknown as Gateway[],
    roots: bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [],
  };
}

/** The gateway through which others get into the network. */
export const gatewayInto = ({ network, gateways }: Member): Gateway | undefined =>
  gateways.find(
    ({ metadata, spec }) =>
      spec.gatewayClassName.replaceAll('-', '') === 'istioeastwest' && metadata.labels?.[networkLabel] === network,
  );
