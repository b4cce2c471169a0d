import { Secret } from '@meshbed/core';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { defaultConfiguration } from '../../configuration/index.ts';
import { fingerprint, istioOperator } from './operator.ts';

const accounts = [{ role: 'arn:aws:iam::111122223333:role/istiod-local', domain: 'ecs.local' }];

const membership = { network: 'eks', multicluster: undefined };

test('operator: ambient with the ECS accounts', () => {
  expect(parse(istioOperator(defaultConfiguration, { membership, accounts }))).toMatchObject({
    kind: 'IstioOperator',
    spec: {
      profile: 'ambient',
      tag: '1.28.1-solo',
      meshConfig: { accessLogFile: '/dev/stdout' },
      values: {
        global: { network: 'eks' },
        platforms: { ecs: { accounts } },
        pilot: { env: { REQUIRE_3P_TOKEN: 'false' } },
      },
    },
  });
});

test('operator: the licence is given to the installation and does not show in the fingerprint', () => {
  const operator = istioOperator(
    { ...defaultConfiguration, licenseKey: new Secret('planted-licence') },
    { membership, accounts },
  );
  expect(parse(operator).spec.values.license).toEqual({ value: 'planted-licence' });
  expect(fingerprint(operator)).toMatch(/^[0-9a-f]{16}$/);
});

test('operator: a control plane among several has a name, a mesh and a network', () => {
  const multicluster = { clusterName: 'aks-cluster', meshId: 'mesh1' };
  const operator = istioOperator(defaultConfiguration, {
    membership: { network: 'network2', multicluster },
    accounts: [],
  });
  expect(parse(operator).spec.values).toMatchObject({
    global: { network: 'network2', meshID: 'mesh1', multiCluster: { clusterName: 'aks-cluster' } },
    pilot: { env: { AMBIENT_ENABLE_MULTI_NETWORK: 'true' } },
  });
  expect(operator).not.toContain('platforms');
});
