import { expect, test } from 'vitest';
import { type BootstrapToken, decodeBootstrapToken, encodeBootstrapToken } from './bootstrap.ts';

const token: BootstrapToken = {
  istiodAddress: 'gateway.example:15012',
  rootCertificate: '-----BEGIN CERTIFICATE-----\n',
  namespace: 'ecs-demo-1',
  serviceAccount: 'ecs-demo-sa-local',
  network: 'eks',
  platform: 'ecs',
  clusterId: 'Kubernetes',
};

test('bootstrap token: what is encoded is decoded', () => {
  expect(decodeBootstrapToken(encodeBootstrapToken(token))).toEqual(token);
});

test.each([
  ['no base64 of JSON', 'hello', /istiodAddress is missing/],
  ['a list', Buffer.from('[1]').toString('base64'), /istiodAddress is missing/],
  ['without network', encodeBootstrapToken({ ...token, network: undefined as never }), /network is missing/],
])('bootstrap token: %s is refused with what is missing', (_, text, message) => {
  expect(() => decodeBootstrapToken(text)).toThrow(message);
});
