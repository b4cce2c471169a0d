import { listenOnLoopback } from '@meshbed/core';
import type { Fabric } from '@meshbed/fabric';
import type { KubeCluster, NewObject } from '@meshbed/kube-server';
import type { ClusterCloud } from './cloud.ts';

export interface PublicEndpoint extends AsyncDisposable {
  ip: string;
}

/**
 * The API server on the Internet: what other networks reach it by. In its own network, one with a private endpoint
 * resolves to that, as in EKS.
 */
export async function openPublicEndpoint(
  fabric: Fabric,
  cluster: KubeCluster,
  { publicName, vpcId, controlPlane }: ClusterCloud,
): Promise<PublicEndpoint> {
  const listening = await listenOnLoopback((socket) => cluster.accept(socket));
  const ip = fabric.allocatePublicIp();
  const host = fabric.internet.add({ names: [publicName], ip, ports: new Map([[443, listening.port]]) });
  const inside = controlPlane.map((at) => at.ip);
  if (inside.length > 0) fabric.names.set(publicName, (from) => (from.vpcId === vpcId ? inside : [ip]));
  return {
    ip,
    async [Symbol.asyncDispose]() {
      host[Symbol.dispose]();
      await listening[Symbol.asyncDispose]();
    },
  };
}

/**
 * How the API server is called on the network, where kubeadm says it: the config map `cluster-info`. Kubeconfigs of the
 * sandbox lead to 127.0.0.1, which means something else to programs of another cluster.
 */
export function clusterInfo({ caPem }: KubeCluster, { name, publicName }: ClusterCloud): NewObject {
  const cluster = {
    server: `https://${publicName}:443`,
    'certificate-authority-data': Buffer.from(caPem).toString('base64'),
  };
  const kubeconfig = { apiVersion: 'v1', kind: 'Config', clusters: [{ name, cluster }] };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'cluster-info', namespace: 'kube-public' },
    data: { kubeconfig: JSON.stringify(kubeconfig) },
  } as NewObject;
}
