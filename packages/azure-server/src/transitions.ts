import { stage, type Stages } from '@meshbed/core';

const [second, minute] = [1000, 60_000];

/** Resource kind → state → what it turns into by itself, and when: as long as in Azure. */
export const stages: Stages = {
  'azure-call': { sent: stage('answered', second, [0.1, 0.3, 1]) },
  'resource-group': { Deleting: stage('Deleted', second, [10, 20, 60]) },
  'managed-cluster': {
    Creating: stage('Succeeded', minute, [3, 4, 8]),
    Updating: stage('Succeeded', second, [20, 60, 180]),
    Deleting: stage('Deleted', minute, [3, 4, 8]),
  },
  'agent-pool': {
    Creating: stage('Succeeded', minute, [1, 2, 4]),
    Deleting: stage('Deleted', minute, [1, 2, 4]),
  },
  'load-balancer-frontend': { Updating: stage('Succeeded', second, [10, 20, 60]) },
};
