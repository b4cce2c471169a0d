import { ensureFields } from '../../kubernetes/objects.ts';
import { istioSystem } from '../../mesh/components.ts';
import { membershipOf } from '../../scenario/kubernetes.ts';
import type { KubernetesName } from '../../scenario/types.ts';
import { declared } from '../declared.ts';
import type { Step, StepContext } from '../types.ts';

export const networkLabel: Step = declared((step) => ensureNetworkLabel(step, 'eks'));

/** Tells the control plane which network its own cluster is. */
export async function ensureNetworkLabel(step: StepContext, cluster: KubernetesName): Promise<void> {
  const { network } = membershipOf(step.scenario, step.configuration, cluster);
  const metadata = { ...istioSystem.metadata, labels: { 'topology.istio.io/network': network } };
  await ensureFields(step, await step.kube(cluster), { ...istioSystem, metadata });
}
