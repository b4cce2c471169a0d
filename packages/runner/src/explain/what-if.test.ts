import { describe, expect, test } from 'vitest';
import { meshOf } from './mesh/index.ts';
import { facts } from './testing/facts.ts';
import { compare, pairsOf, parsePolicies, policiesWith } from './what-if.ts';

const yaml = `
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: deny-all, namespace: ecs-demo-1 }
spec: {}
---
kind: List
items:
  - kind: AuthorizationPolicy
    metadata: { name: allow-eks, namespace: ecs-demo-1 }
    spec: { rules: [{ from: [{ source: { namespaces: [default] } }] }] }
---
`;
const inForce = (...names: string[]) =>
  facts((draft) => {
    draft.mesh.policies = names.map((name) => ({ metadata: { name, namespace: 'ecs-demo-1' } }));
  });

describe('policies of a file', () => {
  test('several documents, lists, empty documents', () => {
    expect(parsePolicies(yaml, 'f').map(({ metadata }) => metadata.name)).toEqual(['deny-all', 'allow-eks']);
  });

  test('without a namespace: where kubectl would put it', () => {
    const [policy] = parsePolicies('{ kind: AuthorizationPolicy, metadata: { name: a } }', 'f');
    expect(policy).toEqual({ metadata: { name: 'a', namespace: 'default' } });
  });

  test.each([
    ['broken YAML', 'a: [', /can't be used as policies/],
    ['nothing', '', /there is no object in it/],
    ['another kind', 'kind: Pod', /a Pod is no AuthorizationPolicy/],
    ['no name', 'kind: AuthorizationPolicy', /a policy has no name/],
  ])('%s: is refused by name', (_, text, message) => {
    expect(() => parsePolicies(text, 'f.yaml')).toThrow(message);
  });
});

describe('what if', () => {
  const policies = parsePolicies(yaml, 'f');
  const namesWith = (replace: boolean, ...now: string[]) =>
    policiesWith(meshOf(inForce(...now)), { policies, replace }).policies.map(({ metadata }) => metadata.name);

  test('beside those in force, over those of the same name, or in their place', () => {
    expect(namesWith(false, 'other')).toEqual(['other', 'deny-all', 'allow-eks']);
    expect(namesWith(false, 'other', 'deny-all')).toEqual(['other', 'deny-all', 'allow-eks']);
    expect(namesWith(true, 'other')).toEqual(['deny-all', 'allow-eks']);
  });

  test.each([
    ['ecs/3/shell-task', 'allowed', 'denied', true],
    ['eks/shell', 'allowed', 'allowed', false],
  ])('%s: %s now, %s then', (from, now, after, changes) => {
    const compared = compare(meshOf(open()), { from, to: 'ecs/1/echo-service' }, { policies, replace: false });
    expect(compared).toMatchObject({ now: { verdict: now }, after: { verdict: after }, changes });
  });

  test('in place of a policy that refuses: what it refused is allowed', () => {
    const mesh = meshOf(inForce('deny-all'));
    const pair = { from: 'eks/shell', to: 'ecs/1/echo-service' };
    const compared = compare(mesh, pair, { policies: [], replace: true });
    expect(compared).toMatchObject({ now: { verdict: 'denied' }, after: { verdict: 'allowed' }, changes: true });
  });
});

/** The tasks of the first cluster admit the second account. */
const open = () =>
  facts((draft) => {
    const [egress] = draft.network.securityGroups.get('sg-tasks')!.rules;
    const ingress = { ...egress!, id: 'sgr-open', direction: 'ingress' as const };
    draft.network.securityGroups.get('sg-tasks')!.rules.push(ingress);
  });

test('matrix: every caller with every service; a further cluster adds its rows; a flag narrows it', () => {
  const mesh = meshOf(facts());
  const callers = new Set(pairsOf(mesh).map(({ from }) => from));
  const targets = new Set(pairsOf(mesh).map(({ to }) => to));
  expect([callers.size, targets.size, pairsOf(mesh).length]).toEqual([6, 5, 30]);
  expect(pairsOf(mesh, { from: 'eks/shell' }).length).toBe(5);
  expect(pairsOf(mesh, { to: 'ecs/1/echo-service' }).length).toBe(6);
});
