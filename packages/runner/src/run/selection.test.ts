import { expect, test } from 'vitest';
import { scenario1 } from '../scenario/scenario1.ts';
import { chooseSteps, type Selection } from './selection.ts';

const all = scenario1.steps.map(({ id }) => id);
const workshop = ['sso_login', 'infrastructure_iam', 'ecs_clusters', 'k8s_namespaces', 'add_to_mesh', 'prepare_tests'];

test.each<[Selection, string[]]>([
  [{}, all],
  [{ from: '5' }, all.slice(4)],
  [{ from: 'istio_install', to: '7' }, all.slice(4, 7)],
  [{ to: 'eks_cluster' }, all.slice(0, 2)],
  [{ testsOnly: true }, []],
  [{ testsOnly: true, skipSetup: true }, []],
  [{ skipSetup: true }, workshop],
  [{ skipSetup: true, from: 'ecs_clusters' }, workshop.slice(2)],
  [{ skipSetup: true, to: 'add_to_mesh' }, workshop.slice(0, -1)],
  [{ skipSetup: true, from: '9', to: '9' }, ['ecs_clusters']],
])('selection: %j', (selection, expected) => {
  expect([...chooseSteps(scenario1, selection)]).toEqual(expected);
});

test.each<[Selection, string]>([
  [{ from: '7', to: '5' }, 'no step is between 7 and 5'],
  [{ testsOnly: true, from: '5' }, '--tests-only runs no step'],
  [{ testsOnly: true, to: '5' }, '--stop-after leaves them out'],
  [{ skipSetup: true, from: 'istio_install' }, 'istio_install is one of the steps that --skip-setup leaves out'],
  [{ skipSetup: true, to: '2' }, 'eks_cluster is one of the steps'],
])('selection: %j contradicts itself', (selection, message) => {
  expect(() => chooseSteps(scenario1, selection)).toThrow(message);
});

test('selection: names are checked whatever else is asked for', () => {
  expect(() => chooseSteps(scenario1, { testsOnly: true, from: 'istio' })).toThrow('there is no step istio');
});
