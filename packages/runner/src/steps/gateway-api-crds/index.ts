import { readFileSync } from 'node:fs';
import type { KubeClient, Manifest } from '@meshbed/clients/kube';
import { ready, waiting } from '@meshbed/core';
import { parseAllDocuments } from 'yaml';
import { ensureObject } from '../../kubernetes/objects.ts';
import { controlPlaneOf, isMulticluster } from '../../scenario/kubernetes.ts';
import type { KubernetesName } from '../../scenario/types.ts';
import { declared } from '../declared.ts';
import type { Step, StepContext } from '../types.ts';

/** The Gateway API kinds that the mesh uses. */
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
  await Promise.all(documents().map((crd) => ensureEstablished(step, kube, crd)));
}

function documents(): Manifest[] {
  const text = readFileSync(new URL('crds.yaml', import.meta.url), 'utf8');
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
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
