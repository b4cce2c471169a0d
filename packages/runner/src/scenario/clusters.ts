import type { EcsClusterFacts } from './types.ts';

export const localCluster = (number: number): EcsClusterFacts => ({
  number,
  account: 'local',
  domain: 'ecs.local',
  serviceAccount: 'ecs-demo-sa-local',
});

export const externalCluster = (number: number): EcsClusterFacts => ({
  number,
  account: 'external',
  domain: 'ecs.external',
  serviceAccount: 'ecs-demo-sa-external',
});
