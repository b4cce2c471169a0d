import { expect, test } from 'vitest';
import { stepIds } from '../steps/types.ts';
import { externalCluster, localCluster } from './clusters.ts';
import { exercisesFor } from './exercises.ts';
import { expectationOf } from './authorization.ts';
import { identityAt } from './identity.ts';
import { scenarioNumbered, scenarios, stepIndex, type Scenario, type TestCase } from './index.ts';
import { scenario1 } from './scenario1.ts';
import { scenario2 } from './scenario2.ts';
import { withMatrix } from './matrix.ts';
import { scenario3 } from './scenario3.ts';
import { scenario4 } from './scenario4.ts';
import { testsOf } from './tests.ts';

const workshop = [
  'sso_login',
  'eks_cluster',
  'gateway_api_crds',
  'infrastructure_iam',
  'istio_install',
  'eastwest_gateway',
  'network_label',
  'istio_verify',
  'ecs_clusters',
  'k8s_namespaces',
  'add_to_mesh',
  'prepare_tests',
];
const multicloud = [
  'cloud_login',
  'eks_cluster',
  'aks_cluster',
  'gateway_api_crds',
  'infrastructure_iam',
  'create_certs',
  'install_ca_secrets',
  'istio_eks',
  'istio_aks',
  'connect_clusters',
  'ecs_clusters',
  'k8s_namespaces',
  'add_to_mesh',
  'deploy_aks_workloads',
  'prepare_tests',
];

test.each(scenarios)('scenario $number: its steps in their order and parts', ({ number, steps, parts }) => {
  const [ids, ofParts] =
    number < 4
      ? [workshop, [1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 4, 5]]
      : [multicloud, [1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5]];
  expect(steps.map(({ id }) => id)).toEqual(ids);
  expect(steps.map(({ part }) => part)).toEqual(ofParts);
  expect(parts).toHaveLength(5);
});

test('steps: each is part of a scenario', () => {
  expect(new Set(scenarios.flatMap(({ steps }) => steps.map(({ id }) => id)))).toEqual(new Set(stepIds));
});

const count = (tests: readonly TestCase[]) => {
  const of = (category: string) => tests.filter((each) => each.category === category).length;
  return [of('discovery'), of('connectivity'), of('authorization')];
};

test.each([
  [scenario1, [3, 3, 2]],
  [scenario2, [3, 7, 10]],
  [scenario3, [3, 11, 16]],
  [scenario4, [2, 9, 4]],
])('scenario $number: tests of discovery, connectivity and authorization', ({ tests }, counts) => {
  expect(count(tests)).toEqual(counts);
});

test.each(scenarios)('scenario $number: ids of tests are unique', ({ tests }) => {
  expect(new Set(tests.map(({ id }) => id)).size).toBe(tests.length);
});

const cells = ({ exercises }: Pick<Scenario, 'exercises'>) =>
  exercises.map(({ title, callers }) => {
    const told = callers.map(
      ({ from, expected }) =>
        `${typeof from === 'string' ? from.toUpperCase() : `C${from.ecs}`} ${expected === 'allowed' ? 'yes' : 'no'}`,
    );
    return [title, told.join(', ')];
  });

test('scenario 2: the exercises of the guides', () => {
  expect(cells(scenario2)).toEqual([
    ['6.2 deny-all', 'EKS no, C2 no, C1 no'],
    ['6.3 + allow-eks-to-echo', 'EKS yes, C2 no'],
    ['6.4 + allow-cluster-2-to-echo', 'C2 yes, C1 no'],
    ['6.5 + allow-internal', 'C1 yes'],
    ['6.6 reset, deny-cluster-2', 'EKS yes, C2 no'],
  ]);
});

test('scenario 3: the exercises of the guides', () => {
  expect(cells(scenario3)).toEqual([
    ['6.2 deny-all', 'EKS no, C2 no, C3 no, C1 no'],
    ['6.3 + allow-eks-to-echo', 'EKS yes, C2 no, C3 no'],
    ['6.4 + allow-cluster-2-to-echo', 'C2 yes, C3 no, C1 no'],
    ['6.5 + allow-cluster-3-to-echo', 'C3 yes, C1 no'],
    ['6.6 + allow-internal', 'C1 yes'],
    ['6.7 reset, deny-external-account', 'EKS yes, C2 yes, C3 no'],
  ]);
});

test('exercises: a fourth cluster adds its rows', () => {
  const ecsClusters = [localCluster(1), localCluster(2), externalCluster(3), externalCluster(4)] as const;
  const { policies, exercises } = exercisesFor(ecsClusters);
  expect(policies.find(({ name }) => name === 'deny-external-account')?.callers).toEqual([{ ecs: 3 }, { ecs: 4 }]);
  expect(cells({ exercises }).at(-1)).toEqual(['6.8 reset, deny-external-account', 'EKS yes, C2 yes, C3 no, C4 no']);
  expect(count(testsOf({ ecsClusters, exercises }))).toEqual([3, 15, 23]);
});

test.each([
  [scenario1, 4, 2],
  [scenario2, 9, 15],
  [scenario3, 16, 24],
  [scenario4, 16, 8],
])('matrix of scenario $number: every pair, and every caller in every exercise', (scenario, pairs, policed) => {
  const { tests } = withMatrix(scenario);
  expect(count(tests).slice(1)).toEqual([pairs, policed]);
  expect(tests.slice(0, scenario.tests.length)).toEqual(scenario.tests);
  expect(new Set(tests.map(({ id }) => id)).size).toBe(tests.length);
});

const cellsOf = (scenario: Scenario) =>
  scenario.exercises.flatMap((exercise) => exercise.callers.map((cell) => ({ ...cell, exercise, scenario })));

test.each(scenarios.flatMap(cellsOf))(
  'scenario $scenario.number, $exercise.title: the policies mean what the exercise says ($from, $expected)',
  ({ scenario, exercise, from, expected }) => {
    const policies = scenario.policies.filter(({ name }) => exercise.policies.includes(name));
    const identity = identityAt(scenario, from, 'demo');
    const decision = expectationOf({ policies, identity, to: scenario.guarded, port: 8080, clusterName: 'demo' });
    expect(decision.expected).toBe(expected);
  },
);

test.each([
  ['istio_install', 4],
  ['5', 4],
  ['12', 11],
])('step %s', (text, index) => {
  expect(stepIndex(scenario1, text)).toBe(index);
});

test.each(['0', '13', 'istio'])('step %s is unknown', (text) => {
  expect(() => stepIndex(scenario1, text)).toThrow('there is no step');
});

test('step: one that is close to a name is suggested', () => {
  expect(() => stepIndex(scenario1, 'istio-instal')).toThrow(
    expect.objectContaining({ next: expect.stringMatching(/^did you mean istio_install\? choose/) }),
  );
});

test('scenario: an unknown one names those there are', () => {
  expect(() => scenarioNumbered('9')).toThrow('there is no scenario 9');
});
