import { expect } from 'vitest';
import type { KubectlCase } from './session.ts';

const area = 'custom resources';

/** A kind of the session's own: its group is the namespace. */
const definition = (group: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `shops.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'shops', kind: 'Shop', singular: 'shop', categories: ['all'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {}, scale: { specReplicasPath: '.spec.tills', statusReplicasPath: '.status.open' } },
        additionalPrinterColumns: [
          { name: 'Tills', type: 'integer', jsonPath: '.spec.tills' },
          { name: 'Street', type: 'string', jsonPath: '.spec.street', priority: 1 },
        ],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                required: ['street'],
                properties: {
                  street: {
                    type: 'string',
                    'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'a shop does not move' }],
                  },
                  tills: { type: 'integer', default: 2, description: 'Where one pays.' },
                  most: { type: 'integer' },
                },
                'x-kubernetes-validations': [
                  { rule: '!has(self.most) || self.tills <= self.most', message: 'too many' },
                ],
              },
              status: { type: 'object', properties: { open: { type: 'integer' } } },
            },
          },
        },
      },
    ],
  },
});

const policy = (name: string) => `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata:
  name: ${name}
spec:
  action: ALLOW
  rules:
  - from:
    - source:
        namespaces: ["default"]
    to:
    - operation:
        ports: ["8080"]
`;

export const customResourceCases: readonly KubectlCase[] = [
  {
    area,
    name: 'definition: established, defaults, columns, rules, explain, gone with its objects',
    async run(kubectl) {
      const group = `${kubectl.namespace}.example.com`;
      const shop = (spec: object) => ({ apiVersion: `${group}/v1`, kind: 'Shop', metadata: { name: 's' }, spec });
      expect(await kubectl.run('apply -f -', { input: definition(group) })).toContain(`shops.${group} created`);
      await kubectl.run(`wait --for=condition=Established crd/shops.${group} --timeout=30s`);
      expect(await kubectl.run('apply -f -', { input: shop({ street: 'Main' }) })).toContain('created');
      expect(await kubectl.run(`get shops.${group} -o wide --no-headers`)).toMatch(/^s +2 +Main\s*$/);
      const many = await kubectl.fail('apply -f -', { input: shop({ street: 'Main', most: 1 }) });
      expect(many.error).toContain('spec: Invalid value: "object": too many');
      const moved = await kubectl.fail('apply -f -', { input: shop({ street: 'Side' }) });
      expect(moved.error).toContain('spec.street: Invalid value: "Side": a shop does not move');
      expect(await kubectl.run(`explain shop.spec --api-version=${group}/v1`)).toContain('Where one pays.');
      await kubectl.run(`delete crd shops.${group}`);
      expect((await kubectl.fail(`get shops.${group}`)).error).toContain("doesn't have a resource type");
    },
  },
  {
    area,
    name: 'authorization policies: heredocs, columns, delete',
    async run(kubectl) {
      const input = policy('allow');
      expect(await kubectl.run('apply -f -', { input })).toContain('allow created');
      expect(await kubectl.run('apply -f -', { input })).toContain('allow unchanged');
      expect(await kubectl.run('get authorizationpolicies')).toMatch(/NAME +ACTION +AGE\nallow +ALLOW +\d+s/);
      expect(await kubectl.run('get ap allow -o jsonpath={.spec.rules[0].to[0].operation.ports[0]}')).toBe('8080');
      expect(await kubectl.run('delete -f -', { input })).toContain('"allow" deleted');
    },
  },
  {
    area,
    name: 'the Gateway API: its definitions as they are published apply, and apply again',
    async run(kubectl) {
      const { items } = JSON.parse(await kubectl.run('get crd -o json')) as { items: Published[] };
      const gateways = items.filter(({ spec }) => spec.group === 'gateway.networking.k8s.io');
      const published = gateways.map(({ metadata: { name, annotations }, ...rest }) => {
        const { status: _status, ...definition } = rest;
        return { ...definition, metadata: { name, annotations } };
      });
      expect(published).toHaveLength(6);
      const input = { apiVersion: 'v1', kind: 'List', items: published };
      await kubectl.run('apply --server-side --force-conflicts -f -', { input });
      expect(await kubectl.run('get gatewayclass istio-eastwest')).toMatch(/ACCEPTED +AGE/);
    },
  },
];

interface Published {
  metadata: { name: string; annotations?: Record<string, string> };
  spec: { group: string };
  status?: object;
}
