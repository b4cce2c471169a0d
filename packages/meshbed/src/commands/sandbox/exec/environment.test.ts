import { expect, test } from 'vitest';
import { insideEnvironment } from './environment.ts';

test('environment inside: nothing of the caller leads to a cloud', () => {
  const account = (id: string, profile: string) => ({ id, profile });
  const accounts = { local: account('111122223333', 'one'), external: account('444455556666', 'two') };
  const target = { accounts, azure: { subscription: 'the-subscription' } };
  const inherited = {
    AWS_SESSION_TOKEN: 'x',
    AWS_ENDPOINT_URL_EC2: 'x',
    AZURE_CLIENT_SECRET: 'x',
    AZURE_SUBSCRIPTION: 'of the caller',
    ISTIOCTL: '/opt/istioctl',
    ARM_TENANT_ID: 'x',
    KUBECONFIG: 'x',
    https_proxy: 'x',
    ALL_PROXY: 'x',
    no_proxy: 'x',
    MESHBED_INSTANCE: 'x',
    HOME: '/home/jane',
    PATH: '/usr/bin',
    TERM: 'xterm',
    INT: 'of the caller',
  };
  expect(insideEnvironment({ target, clusterName: 'demo' }, { bin: '/sandbox/bin', inherited })).toEqual({
    HOME: '/home/jane',
    PATH: '/sandbox/bin:/usr/bin',
    TERM: 'xterm',
    CLUSTER_NAME: 'demo',
    AZURE_SUBSCRIPTION: 'the-subscription',
    ISTIOCTL: '/sandbox/bin/istioctl',
    LOCAL_ACCOUNT: '111122223333',
    LOCAL_ACCOUNT_PROFILE: 'one',
    INT: 'one',
    EXTERNAL_ACCOUNT: '444455556666',
    EXTERNAL_ACCOUNT_PROFILE: 'two',
    EXT: 'two',
  });
});
