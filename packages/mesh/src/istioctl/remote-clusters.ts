import type { RemoteStatus } from '../istiod/remote/cluster.ts';
import type { CommandInput } from './context.ts';
import { type Pod, runningPods } from './pods.ts';
import { table } from './table.ts';

const namespace = 'istio-system';
const monitoringPort = 15_014;

/** `istioctl remote-clusters`: the clusters that each istiod knows, its own without a secret. */
export async function remoteClusters({ context, kube }: CommandInput): Promise<void> {
  const api = await kube();
  const running = await runningPods(api, 'app=istiod', namespace);
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

const ownId = (spec: Pod['spec']): string =>
  spec.containers.flatMap(({ env = [] }) => env).find(({ name }) => name === 'CLUSTER_ID')?.value ?? 'Kubernetes';
