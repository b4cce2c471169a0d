import { exercisesFor } from './exercises.ts';
import { localCluster } from './clusters.ts';
import { parts, steps } from './steps.ts';
import { firstEcsCluster, testsOf } from './tests.ts';
import type { Scenario } from './types.ts';

const ecsClusters = [localCluster(1), localCluster(2)] as const;
const { policies, exercises } = exercisesFor(ecsClusters);

export const scenario2: Scenario = {
  number: 2,
  title: 'Two ECS clusters, one account',
  parts,
  steps,
  kubernetes: ['eks'],
  ecsClusters,
  guarded: firstEcsCluster,
  policies,
  exercises,
  tests: testsOf({ ecsClusters, exercises }),
};
