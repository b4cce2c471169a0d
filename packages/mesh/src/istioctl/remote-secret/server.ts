import { join } from 'node:path';
import { isIPv4 } from 'node:net';
import { parse } from 'yaml';
import { type KubeApi, type KubeObject, readKubeconfig, resources } from '@meshbed/kube-client';
import { type CommandInput, text } from '../context.ts';

type Place = Pick<CommandInput, 'flags' | 'context'>;

/**
 * The API server's address as others see it: the kubeconfig's, unless that is of this machine only. Then the cluster may
 * say where it is reached (ConfigMap `kube-public/cluster-info`, as kubeadm makes it).
 */
export async function reachableServer(api: KubeApi, place: Place): Promise<string> {
  const { flags, context } = place;
  const file = text(flags['kubeconfig']) ?? context.env['KUBECONFIG']?.split(':')[0];
  const { cluster } = await readKubeconfig(
    file ?? join(context.env['HOME'] ?? '', '.kube', 'config'),
    text(flags['context']),
  );
  if (!isOfThisMachine(cluster.server)) return cluster.server;
  const published = await publishedServer(api);
  if (published !== undefined) return published;
  context.writeError(
    `Warning: server in kubeconfig is ${cluster.server}. This is likely not reachable from inside the other cluster, pass --server with an address that is\n`,
  );
  return cluster.server;
}

function isOfThisMachine(server: string): boolean {
  const { hostname } = new URL(server);
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
}

interface ClusterInfo extends KubeObject {
  data?: { kubeconfig?: string };
}

async function publishedServer(api: KubeApi): Promise<string | undefined> {
  const info = await api.get<ClusterInfo>(resources.configMaps, 'cluster-info', 'kube-public');
  const kubeconfig = parse(info?.data?.kubeconfig ?? '') as { clusters?: { cluster: { server: string } }[] } | null;
  return kubeconfig?.clusters?.[0]?.cluster.server;
}
