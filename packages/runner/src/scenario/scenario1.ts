import { localCluster } from './clusters.ts';
import { allowEks, denyAll } from './exercises.ts';
import { parts, steps } from './steps.ts';
import { firstEcsCluster, testsOf } from './tests.ts';
import type { Exercise, Scenario } from './types.ts';

const ecsClusters = [localCluster(1)];

/** The guides show this one state of the policies. */
const exercises: Exercise[] = [
  {
    id: 'policy',
    title: 'deny-all + allow-eks-to-echo',
    policies: [denyAll.name, allowEks.name],
    callers: [
      { from: 'eks', expected: 'allowed' },
      { from: { ecs: 1 }, expected: 'denied' },
    ],
  },
];

export const scenario1: Scenario = {
  number: 1,
  title: 'Single ECS cluster',
  parts,
  steps,
  kubernetes: ['eks'],
  ecsClusters,
  guarded: firstEcsCluster,
  policies: [denyAll, allowEks],
  exercises,
  tests: testsOf({ ecsClusters, exercises }),
};
