import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { external, local, type TestServer, testServer } from '../testing/server.ts';

let server: TestServer;
beforeAll(async () => void (server = await testServer()));
afterAll(() => server[Symbol.asyncDispose]());

describe('GetCallerIdentity', () => {
  test.each([local, external])('caller identity: the key of account %s tells account and user', async (account) => {
    const sts = new STSClient(server.client(account));
    const identity = await sts.send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: account, Arn: `arn:aws:iam::${account}:user/admin` });
    expect(identity.UserId).toMatch(/^AIDA/);
  });
});
