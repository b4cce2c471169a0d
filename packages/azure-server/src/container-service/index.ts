import type { Provider } from '../arm/provider.ts';
import { agentPools } from './agent-pools.ts';
import { managedClusters, namespace } from './clusters.ts';
import { kubernetesVersions, orchestrators } from './kubernetes-versions.ts';

export const containerServiceProvider: Provider = {
  namespace,
  types: {
    managedClusters,
    'managedClusters/agentPools': agentPools,
    'locations/kubernetesVersions': kubernetesVersions,
    'locations/orchestrators': orchestrators,
  },
};
