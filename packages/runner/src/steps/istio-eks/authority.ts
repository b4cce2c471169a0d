import { createHash } from 'node:crypto';
import type { KubeClient, Manifest } from '@meshbed/clients/kube';
import { ready, waiting } from '@meshbed/core';
import { awaitRollout } from '../../kubernetes/objects.ts';
import { istiod, istioSystem, ztunnel } from '../../mesh/components.ts';
import { rootHandedOut } from '../../mesh/root-certificate.ts';
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
      await restart(step, kube, istiod);
      await awaitRoot(step, kube);
      for (const program of [ztunnel, gateway]) await restart(step, kube, program);
      return note();
    },
  });
}

/** Proxies that start before istiod has handed out the new root would not trust it. */
async function awaitRoot(step: StepContext, kube: KubeClient): Promise<void> {
  const wanted = certificateFolder(step).read('root')?.certificatePem;
  const { namespace } = ztunnel.metadata;
  await step.wait({
    what: 'new root certificate',
    timeoutMs: 120_000,
    next: 'kubectl logs deploy/istiod -n istio-system',
    async condition() {
      const places = [namespace, gateway.metadata.namespace];
      const found = await Promise.all(places.map((place) => rootHandedOut(kube, place)));
      const roots = found.filter((root) => root !== undefined);
      const isNew = roots.length > 0 && roots.every((root) => root === wanted);
      return isNew ? ready(true) : waiting('istiod has not handed out the new root yet');
    },
  });
}

const digest = (pem: string) => createHash('sha256').update(pem).digest('hex').slice(0, 16);

async function restart(step: StepContext, kube: KubeClient, program: Manifest): Promise<void> {
  if ((await kube.get(program)) === undefined) return; // it starts with the new one
  const annotations = { 'kubectl.kubernetes.io/restartedAt': new Date(step.clock.now()).toISOString() };
  await kube.patch({ ...program, spec: { template: { metadata: { annotations } } } });
  await awaitRollout(step, kube, program);
}
