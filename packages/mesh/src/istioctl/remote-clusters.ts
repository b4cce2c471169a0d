import { type KubeObject, resources } from '@meshbed/kube-client';
import type { RemoteStatus } from '../istiod/remote/cluster.ts';
import type { CommandInput } from './context.ts';
import { table } from './table.ts';

const namespace = 'istio-system';
const monitoringPort = 15_014;

/** `istioctl remote-clusters`: the clusters that each istiod knows, its own without a secret. */
export async function remoteClusters({ context, kube }: CommandInput): Promise<void> {
  const api = await kube();
  const pods = (await api.list<Pod>(resources.pods, { namespace, labelSelector: 'app=istiod' })).items;
  const running = pods.filter(({ status }) => status?.phase === 'Running');
  if (running.length === 0) return context.writeError('Istio is not present in the cluster\n');
  const rows = await Promise.all(
    running.map(async ({ metadata: { name }, spec }) => {
      const answer = await api.getInside({ namespace, pod: name }, monitoringPort, '/debug/clusterz');
      const remote = (JSON.parse(answer) as RemoteStatus[]).map(({ id, secretName, syncStatus }) => [
        id,
        secretName,
        syncStatus,
        name,
      ]);
      return [[ownId(spec), '', 'synced', name], ...remote];
    }),
  );
  context.write(table([['NAME', 'SECRET', 'STATUS', 'ISTIOD'], ...rows.flat()]));
}

interface Pod extends KubeObject {
  spec?: { containers?: { env?: { name: string; value?: string }[] }[] };
  status?: { phase?: string };
}

const ownId = (spec: Pod['spec']): string =>
  spec?.containers?.flatMap(({ env = [] }) => env).find(({ name }) => name === 'CLUSTER_ID')?.value ?? 'Kubernetes';
