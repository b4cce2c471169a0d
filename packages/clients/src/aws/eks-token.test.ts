import { expect, test } from 'vitest';
import { eksToken } from './eks-token.ts';

const access = {
  id: '111122223333',
  region: 'us-east-2',
  credentials: async () => ({ accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'to/ken' }),
};

test('eks token: a presigned GetCallerIdentity that signs the name of the cluster', async () => {
  const token = await eksToken(access, 'demo', Date.UTC(2026, 0, 2, 3, 4, 5));
  const url = new URL(Buffer.from(token.replace('k8s-aws-v1.', ''), 'base64url').toString());
  expect(url.host).toBe('sts.us-east-2.amazonaws.com');
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    Action: 'GetCallerIdentity',
    'X-Amz-Credential': 'AKIAEXAMPLE/20260102/us-east-2/sts/aws4_request',
    'X-Amz-Date': '20260102T030405Z',
    'X-Amz-Expires': '60',
    'X-Amz-Security-Token': 'to/ken',
    'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
  });
  expect(url.searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
});

test('eks token: goes to the endpoint of the account', async () => {
  const token = await eksToken({ ...access, endpoint: 'http://127.0.0.1:4610' }, 'demo', 0);
  expect(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).toMatch(/^http:\/\/127\.0\.0\.1:4610\/\?/);
});
