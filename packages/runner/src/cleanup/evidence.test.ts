import { expect, test } from 'vitest';
import { defaultConfiguration } from '../configuration/index.ts';
import { evidenceOf, isEcsName, isOfGateway } from './evidence.ts';
import { kinds } from './kinds/index.ts';
import { kindIds } from './types.ts';

const own = [{ Key: 'meshbed/cluster', Value: 'istio-ecs-demo' }];
const others = { 'meshbed/cluster': 'another' };

test.each([
  ['our tag', own, undefined, 'tag'],
  ['our tag and name', own, 'name', 'tag'],
  ['our name alone', [], 'name', 'name'],
  ['our name, of another cluster', others, 'name', undefined],
  ['in the journal, of another cluster', others, 'journal', undefined],
  ['nothing', undefined, undefined, undefined],
] as const)('evidence: %s', (_name, tags, otherwise, expected) => {
  expect(evidenceOf(defaultConfiguration, tags, otherwise)).toBe(expected);
});

test.each([
  ['ecs-istio-ecs-demo-1', true],
  ['ecs-istio-ecs-demo-12', true],
  ['ecs-istio-ecs-demo-', false],
  ['ecs-istio-ecs-demo-of-others', false],
  ['ecs-istio-ecs-demo-2-1', false],
  ['ecs-other-1', false],
])('evidence: the ECS cluster %s', (name, expected) => {
  expect(isEcsName(defaultConfiguration, name)).toBe(expected);
});

test('evidence: load balancers of the gateway', () => {
  const service = (name: string) => [{ Key: 'kubernetes.io/service-name', Value: name }];
  expect([service('istio-eastwest/istio-eastwest'), service('default/web'), undefined].map(isOfGateway)).toEqual([
    true,
    false,
    false,
  ]);
});

test('kinds: everything that EKS or a VPC needs for its own end is deleted after it', () => {
  const before = (id: (typeof kindIds)[number]): Set<string> =>
    new Set(kinds[id].after.flatMap((each) => [each, ...before(each)]));
  expect([...before('vpc')]).toEqual(expect.arrayContaining(['eks-cluster', 'nat-gateway', 'subnet', 'load-balancer']));
  expect(before('node-group')).toContain('kubernetes-load-balancer');
  expect(before('policy')).toContain('ecs-service');
});
