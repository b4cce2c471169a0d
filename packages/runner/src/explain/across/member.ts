/** What a cluster says of its part in a mesh of several. */
import type { KubeReader, Manifest } from '@meshbed/clients/kube';
import { isRemoteSecret } from '../../mesh/remote-secret.ts';
import { rootHandedOut, rootsIn } from '../../mesh/root-certificate.ts';
import type { KubeObject } from '../facts/objects.ts';

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
  /** The secrets by which its istiod reads other clusters. */
  remoteSecrets: readonly Manifest[];
}

export const networkLabel = 'topology.istio.io/network';
const systemNamespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system' } };
/** @throws MeshbedError `cloud/kubernetes` */
export async function readMember(kube: KubeReader): Promise<Member> {
  const [namespace, gateways, roots, secrets] = await Promise.all([
    kube.get(systemNamespace),
    kube.list('gateway.networking.k8s.io/v1', 'Gateway'),
    rootHandedOut(kube),
    kube.list('v1', 'Secret'),
  ]);
  return {
    network: namespace?.metadata.labels?.[networkLabel],
    gateways: gateways as unknown as Gateway[],
    roots: rootsIn(roots ?? ''),
    remoteSecrets: secrets.filter(isRemoteSecret),
  };
}

/** The gateway through which others get into the network. */
export const gatewayInto = ({ network, gateways }: Member): Gateway | undefined =>
  gateways.find((gateway) => isEastWest(gateway) && gateway.metadata.labels?.[networkLabel] === network);

export const isEastWest = ({ spec }: Gateway): boolean => spec.gatewayClassName.replaceAll('-', '') === 'istioeastwest';
