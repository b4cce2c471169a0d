import { CreateRoleCommand, GetRoleCommand, ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import { defaultConfiguration } from '@meshbed/runner';
import { expect, test } from 'vitest';
import { createWorld, mustPass } from './world.ts';

const configuration = {
  accounts: { ...defaultConfiguration.accounts, local: { role: 'arn:aws:iam::000000000001:role/team/reader' } },
};
const part = { configuration, selection: { to: 'infrastructure_iam' } };
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000001:root' }, Action: 'sts:AssumeRole' }],
};

test('ready-made role: is used as its owners made it', async () => {
  await using world = await createWorld();
  const { iam } = world.aws;
  const AssumeRolePolicyDocument = JSON.stringify(trust);
  await iam.send(new CreateRoleCommand({ RoleName: 'reader', Path: '/team/', AssumeRolePolicyDocument }));
  await mustPass(world.run(part));
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'reader' }));
  expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''))).toEqual(trust);
  const { PolicyNames } = await iam.send(new ListRolePoliciesCommand({ RoleName: 'reader' }));
  expect(PolicyNames).toEqual([]);
  await expect(iam.send(new GetRoleCommand({ RoleName: 'istiod-local' }))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  });
});

test('ready-made role: is made when nobody has, and kept as it should be', async () => {
  await using world = await createWorld();
  const { changes } = await world.run(part);
  expect(changes).toContain('create IAM role reader');
  expect((await world.run(part)).changes).toEqual([]);
});
