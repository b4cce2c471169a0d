import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AwsServer } from '@meshbed/aws-server';
import { expect, test } from 'vitest';
import { InstanceMetadata } from './metadata.ts';

const folder = '/latest/meta-data/iam/security-credentials/';

test.each([
  [folder, 200, 'node-role'],
  ['/latest/api/token', 200, 'token'],
  [`${folder}other-role`, 404, ''],
])('instance metadata %s: %i', async (path, status, body) => {
  await using metadata = new InstanceMetadata(fakeAws);
  expect(await ask(metadata, path)).toEqual({ status, body });
});

test('instance metadata: credentials of the node’s role, named after the node', async () => {
  await using metadata = new InstanceMetadata(fakeAws);
  expect(JSON.parse((await ask(metadata, `${folder}node-role`)).body)).toEqual({
    Code: 'Success',
    Type: 'AWS-HMAC',
    AccessKeyId: 'arn:aws:iam::000000000001:role/path/node-role',
    SecretAccessKey: 'secret',
    Token: 'ip-192-168-0-9',
    Expiration: '1970-01-01T06:00:00.000Z',
  });
});

async function ask(metadata: InstanceMetadata, path: string) {
  const socket = await metadata.connect('arn:aws:iam::000000000001:role/path/node-role', 'ip-192-168-0-9');
  const asking = request({ path, createConnection: () => socket }).end();
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

const fakeAws = {
  sessions: {
    issue: (roleArn: string, { sessionName, ttlMs }: { sessionName: string; ttlMs: number }) => ({
      accessKeyId: roleArn,
      secretAccessKey: 'secret',
      sessionToken: sessionName,
      expiresAtMs: ttlMs,
    }),
  },
} as unknown as AwsServer;
