import type { KubernetesName } from '../../scenario/types.ts';
import { ensureGateway } from '../eastwest-gateway/index.ts';
import { ensureInstalled } from '../istio-install/installation.ts';
import { awaitMeshPrograms } from '../istio-verify/index.ts';
import { ensureNetworkLabel } from '../network-label/index.ts';
import type { StepContext } from '../types.ts';
import { ensureAuthority } from './authority.ts';

/** One control plane among several: installed, in its network, with the gateway that leads into it. */
export async function ensureControlPlane(step: StepContext, cluster: KubernetesName): Promise<void> {
  await ensureInstalled(step, cluster);
  // The gateway takes over the label of the network when it is exposed.
  await ensureNetworkLabel(step, cluster);
  await ensureGateway(step, cluster);
  await awaitMeshPrograms(step, await step.kube(cluster));
  await ensureAuthority(step, cluster);
}
