import { localCluster } from './clusters.ts';
import { denyAll } from './exercises.ts';
import { multicloudParts, multicloudSteps } from './steps.ts';
import { authorizationOf, pair } from './tests.ts';
import type { DiscoveryTest, Exercise, KubernetesName, Place, PolicyFacts, Scenario } from './types.ts';

const ecsClusters = [localCluster(1), localCluster(2)] as const;
const kubernetes = ['eks', 'aks'] as const;
const guarded: Place = 'aks';
const one: Place = { ecs: 1 };
const two: Place = { ecs: 2 };

/** By the namespace that they come from: a policy of AKS names identities of the other cloud. */
const allowEksDefault: PolicyFacts = { name: 'allow-eks-default', action: 'ALLOW', callers: ['eks'] };

const exercises: Exercise[] = [
  {
    id: 'policy-closed',
    title: denyAll.name,
    policies: [denyAll.name],
    callers: [
      { from: 'eks', expected: 'denied' },
      { from: one, expected: 'denied' },
    ],
  },
  {
    id: 'policy-eks',
    title: `+ ${allowEksDefault.name}`,
    policies: [denyAll.name, allowEksDefault.name],
    callers: [
      { from: 'eks', expected: 'allowed' },
      { from: one, expected: 'denied' },
    ],
  },
];

const connections: [Place, Place][] = [
  ['eks', 'eks'],
  ['eks', one],
  ['eks', two],
  [one, two],
  [two, one],
  ['eks', 'aks'],
  ['aks', one],
  ['aks', two],
  [one, 'aks'],
];

const discovery = (seenFrom: KubernetesName): DiscoveryTest => ({
  id: `discovery-services-${seenFrom}`,
  category: 'discovery',
  name: `mesh services seen from ${seenFrom.toUpperCase()}`,
  counts: 'services',
  seenFrom,
  atLeast: 4,
});

export const scenario4: Scenario = {
  number: 4,
  title: 'Multicloud: EKS + ECS + AKS',
  parts: multicloudParts,
  steps: multicloudSteps,
  kubernetes,
  ecsClusters,
  guarded,
  policies: [denyAll, allowEksDefault],
  exercises,
  tests: [
    ...kubernetes.map(discovery),
    ...connections.map(([from, to]) => pair(from, to)),
    ...exercises.flatMap((exercise) => authorizationOf(exercise, guarded)),
  ],
};
