import type { KubeClient, Manifest } from '@meshbed/clients/kube';
import { ready, waiting } from '@meshbed/core';
import { ensureObject } from '../../kubernetes/objects.ts';
import { controlPlaneOf, isMulticluster } from '../../scenario/kubernetes.ts';
import type { KubernetesName } from '../../scenario/types.ts';
import { declared } from '../declared.ts';
import type { Step, StepContext } from '../types.ts';
import { gatewayApi } from './document.ts';

/** The Gateway API kinds of the standard channel. */
export const gatewayApiCrds: Step = declared(async (step) => {
  if (!isMulticluster(step.scenario)) return ensureKinds(step, 'eks');
  await Promise.all(
    step.scenario.kubernetes.map(async (cluster) => {
      await step.after(controlPlaneOf[cluster]);
      await ensureKinds(step, cluster);
      step.reach(cluster);
    }),
  );
});

async function ensureKinds(step: StepContext, cluster: KubernetesName): Promise<void> {
  const kube = await step.kube(cluster);
  const crds = gatewayApi();
  await Promise.all(crds.map((crd) => ensureEstablished(step, kube, crd)));
  step.observe('Gateway API', crds[0]?.metadata.annotations?.['gateway.networking.k8s.io/bundle-version']);
}

interface Conditions {
  conditions?: { type: string; status: string; message?: string }[];
}

async function ensureEstablished(step: StepContext, kube: KubeClient, crd: Manifest): Promise<void> {
  await ensureObject(step, kube, crd);
  const { name } = crd.metadata;
  await step.wait({
    what: `CRD ${name}`,
    timeoutMs: 60_000,
    next: `kubectl describe crd ${name}`,
    async condition() {
      const { conditions = [] } = ((await kube.get(crd))?.['status'] ?? {}) as Conditions;
      const established = conditions.some(({ type, status }) => type === 'Established' && status === 'True');
      return established ? ready(true) : waiting(`CRD ${name} is not established yet`);
    },
  });
}
