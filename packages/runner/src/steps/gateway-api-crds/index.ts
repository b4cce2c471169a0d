import { readFileSync } from 'node:fs';
import type { KubeClient, Manifest } from '@meshbed/clients/kube';
import { ready, waiting } from '@meshbed/core';
import { ensureObject } from '../../kubernetes/objects.ts';
import { declared } from '../declared.ts';
import type { Step, StepContext } from '../types.ts';

/** The Gateway API kinds of the standard channel. */
export const gatewayApiCrds: Step = declared(async (step) => {
  const kube = await step.kube();
  await Promise.all(gatewayApi().map((crd) => ensureEstablished(step, kube, crd)));
});

interface Definition extends Manifest {
  spec: { versions: { schema?: object }[] };
}

/** sigs.k8s.io/gateway-api v1.4.0 (Apache-2.0; `scripts/generate-crds.mjs`): versions without a schema have that of the first. */
function gatewayApi(): Manifest[] {
  const text = readFileSync(new URL('gen/gateway-api-1.4.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as Definition[]).map(({ spec, ...definition }) => {
    const [{ schema } = {}] = spec.versions;
    return { ...definition, spec: { ...spec, versions: spec.versions.map((version) => ({ schema, ...version })) } };
  });
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
