import type { Provider } from '../arm/provider.ts';
import { agentPools } from './agent-pools.ts';
import { managedClusters, namespace } from './clusters.ts';

export const containerServiceProvider: Provider = {
  namespace,
  types: { managedClusters, 'managedClusters/agentPools': agentPools },
};
