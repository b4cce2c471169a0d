import { createHash } from 'node:crypto';
import type { KubeClient, Manifest } from '@meshbed/clients/kube';
import { awaitRollout } from '../../kubernetes/objects.ts';
import { istiod, istioSystem, ztunnel } from '../../mesh/components.ts';
import type { KubernetesName } from '../../scenario/types.ts';
import { certificateFolder } from '../create-certs/index.ts';
import type { StepContext } from '../types.ts';

const authorityAnnotation = 'meshbed/authority';
const gateway: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'istio-eastwest', name: 'istio-eastwest' },
};

/**
 * istiod reads its certificate when it starts, and proxies keep theirs for half of its life: when the certificate is
 * another one, all of them are restarted, istiod first.
 */
export async function ensureAuthority(step: StepContext, cluster: KubernetesName): Promise<void> {
  const kube = await step.kube(cluster);
  const wanted = digest(certificateFolder(step).read(cluster)?.certificatePem ?? '');
  const note = async () => {
    await kube.patch({
      ...istioSystem,
      metadata: { ...istioSystem.metadata, annotations: { [authorityAnnotation]: wanted } },
    });
    return wanted;
  };
  await step.ensure<string>({
    kind: 'authority of the control plane',
    name: cluster,
    find: async () => (await kube.get(istioSystem))?.metadata.annotations?.[authorityAnnotation],
    differs: (found) => (found === wanted ? undefined : 'it signs with another certificate'),
    create: note, // it has just been installed
    async update() {
      for (const program of [istiod, ztunnel, gateway]) await restart(step, kube, program);
      return note();
    },
  });
}

const digest = (pem: string) => createHash('sha256').update(pem).digest('hex').slice(0, 16);

async function restart(step: StepContext, kube: KubeClient, program: Manifest): Promise<void> {
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date(step.clock.now()).toISOString() };
  await kube.patch({ ...program, spec: { template: { metadata: { annotations } } } });
  await awaitRollout(step, kube, program);
}
