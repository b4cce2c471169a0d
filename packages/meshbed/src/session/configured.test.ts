import { loadConfiguration } from '@meshbed/runner/configuration';
import { expect, test } from 'vitest';
import { refuseOther } from './configured.ts';

const account = (id: string) => ({ id, profile: 'local', credentials: () => Promise.reject(new Error('unused')) });
const target = {
  kind: 'sandbox' as const,
  region: 'us-east-2',
  accounts: { local: account('111122223333'), external: account('444455556666') },
  istioctl: { command: [], env: {} },
  workDir: '/nowhere',
};
const loaded = (environment: Record<string, string>) =>
  loadConfiguration({ files: [], target: 'sandbox', machine: { environment, userName: 'jane', readText: () => '' } });

test.each<Record<string, string>>([
  {},
  { AWS_REGION: 'us-east-2', LOCAL_ACCOUNT: '111122223333' },
  { LOCAL_ACCOUNT: '111122223333', EXTERNAL_ACCOUNT: '444455556666' },
])('configured: %j is what runs', (environment) => {
  expect(() => refuseOther(target, loaded(environment))).not.toThrow();
});

test.each([
  [{ AWS_REGION: 'eu-west-1' }, 'AWS_REGION is eu-west-1, but the sandbox has us-east-2'],
  [{ LOCAL_ACCOUNT: '999999999999' }, 'LOCAL_ACCOUNT is 999999999999, but the sandbox has 111122223333'],
])('configured: %j is another environment', (environment, message) => {
  expect(() => refuseOther(target, loaded(environment))).toThrow(message);
});
