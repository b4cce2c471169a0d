import { declared } from '../declared.ts';
import type { Step } from '../types.ts';
import { ensureCluster } from './cluster.ts';
import { ensureResourceGroup } from './resource-group.ts';
import { ensureProvider } from './provider.ts';

/** The AKS cluster in its resource group. Azure makes its network, its load balancer and its way out with it. */
export const aksCluster: Step = declared(async (step) => {
  await Promise.all([ensureProvider(step, 'Microsoft.ContainerService'), ensureResourceGroup(step)]);
  await ensureCluster(step);
});
