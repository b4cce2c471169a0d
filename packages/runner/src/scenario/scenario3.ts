import { exercisesFor } from './exercises.ts';
import { externalCluster, localCluster } from './clusters.ts';
import { parts, steps } from './steps.ts';
import { firstEcsCluster, testsOf } from './tests.ts';
import type { Scenario } from './types.ts';

const ecsClusters = [localCluster(1), localCluster(2), externalCluster(3)] as const;
const { policies, exercises } = exercisesFor(ecsClusters);

export const scenario3: Scenario = {
  number: 3,
  title: 'Three ECS clusters, two accounts',
  parts,
  steps,
  kubernetes: ['eks'],
  ecsClusters,
  guarded: firstEcsCluster,
  policies,
  exercises,
  tests: testsOf({ ecsClusters, exercises }),
};
