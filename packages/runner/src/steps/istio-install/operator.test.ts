import { Secret } from '@meshbed/core';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { defaultConfiguration } from '../../configuration.ts';
import { fingerprint, istioOperator } from './operator.ts';

const accounts = [{ role: 'arn:aws:iam::111122223333:role/istiod-local', domain: 'ecs.local' }];

test('operator: ambient with the ECS accounts', () => {
  expect(parse(istioOperator(defaultConfiguration, accounts))).toMatchObject({
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
  const operator = istioOperator({ ...defaultConfiguration, licenseKey: new Secret('planted-licence') }, accounts);
  expect(parse(operator).spec.values.license).toEqual({ value: 'planted-licence' });
  expect(fingerprint(operator)).toMatch(/^[0-9a-f]{16}$/);
});
