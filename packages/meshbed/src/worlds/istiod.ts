import { ready, systemClock, waiting } from '@meshbed/core';
import { eventually, type World } from './world.ts';

type Pod = ReturnType<World['cluster']['store']['list']>[number] & { status?: { phase?: string } };

export const istiods = ({ cluster }: World): readonly Pod[] =>
  cluster.store.list('pods', { namespace: 'istio-system', labelSelector: 'app=istiod' });

/** As `kubectl rollout restart` does, until only new pods run. */
export async function restartIstiod(world: World): Promise<void> {
  const old = istiods(world).map(({ metadata }) => metadata.uid);
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date(systemClock.now()).toISOString() };
  const istiod = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'istio-system', name: 'istiod' } };
  await world.kube.patch({ ...istiod, spec: { template: { metadata: { annotations } } } });
  await eventually('restart of istiod', () => {
    const pods = istiods(world);
    const all =
      pods.length > 0 &&
      pods.every(({ metadata, status }) => !old.includes(metadata.uid) && status?.phase === 'Running');
    return all ? ready(true) : waiting('the old one is there');
  });
}
