import { names } from '../../configuration.ts';
import { ensureFields } from '../../kubernetes/objects.ts';
import { istioSystem } from '../../mesh/components.ts';
import { declared } from '../declared.ts';
import type { Step } from '../types.ts';

/** Tells the control plane which network its own cluster is. */
export const networkLabel: Step = declared(async (step) => {
  const labels = { 'topology.istio.io/network': names.network };
  await ensureFields(step, await step.kube(), { ...istioSystem, metadata: { ...istioSystem.metadata, labels } });
});
