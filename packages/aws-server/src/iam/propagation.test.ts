import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { virtualClock } from '@meshbed/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refusal } from '../testing/errors.ts';
import { allowing, trusting } from '../testing/policies.ts';
import { local, type TestServer, testServer } from '../testing/server.ts';
import { stages } from '../transitions.ts';

const clock = virtualClock(Date.now());
const propagationMs = stages['iam-role']?.['saved']?.realMs ?? 0;
const arn = (name: string) => `arn:aws:iam::${local}:role/${name}`;
const admin = `arn:aws:iam::${local}:user/admin`;
let server: TestServer;
let iam: IAMClient;
let sts: STSClient;
beforeAll(async () => {
  server = await testServer({ clock, profile: 'real' });
  iam = new IAMClient(server.client());
  sts = new STSClient(server.client());
});
afterAll(() => server[Symbol.asyncDispose]());

const create = (RoleName: string, principal: string) =>
  iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trusting({ AWS: principal }) }));
const assume = (name: string, by = sts) =>
  by.send(new AssumeRoleCommand({ RoleArn: arn(name), RoleSessionName: 'test-session' }));

test('propagation: a new role can be assumed when all of AWS knows it', async () => {
  await create('new', admin);
  await clock.advance(propagationMs - 1);
  expect(await refusal(assume('new'))).toMatchObject({ code: 'AccessDenied' });
  await clock.advance(1);
  await assume('new');
});

test('propagation: a trust policy can name a role when all of AWS knows it', async () => {
  await create('named', admin);
  const dependant = () => create('dependant', arn('named'));
  expect(await refusal(dependant())).toMatchObject({
    code: 'MalformedPolicyDocument',
    message: expect.stringContaining('Invalid principal in policy') as string,
  });
  await clock.advance(propagationMs);
  await dependant();
});

test('propagation: a changed trust policy decides as before for a while', async () => {
  await create('changed', admin);
  await clock.advance(propagationMs);
  const nobody = trusting({ Service: 'ec2.amazonaws.com' });
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'changed', PolicyDocument: nobody }));
  await assume('changed');
  await clock.advance(propagationMs);
  expect(await refusal(assume('changed'))).toMatchObject({ code: 'AccessDenied' });
});

test('propagation: what a role may do follows its policies after a while', async () => {
  await create('worker', admin);
  await clock.advance(propagationMs);
  const { Credentials } = await assume('worker');
  const session = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  const worker = new IAMClient({ ...server.client(), credentials: session });
  const attach = () =>
    worker.send(
      new AttachRolePolicyCommand({ RoleName: 'worker', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }),
    );
  const PolicyDocument = allowing('iam:AttachRolePolicy');
  await iam.send(new PutRolePolicyCommand({ RoleName: 'worker', PolicyName: 'inline', PolicyDocument }));
  expect(await refusal(attach())).toMatchObject({ code: 'AccessDenied' });
  await clock.advance(propagationMs);
  await attach();
});
