import { AwsError } from '@meshbed/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEnvironment, type Environment } from './environment.ts';

/** Operations that the sandbox refuses, with the id or name that they are asked for. */
const refused = new Set<string>();
let environment: Environment;

beforeAll(async () => {
  environment = await createEnvironment(({ service, operation, input }) => {
    const call = `${service}:${operation} ${Object.values(input).find((value) => typeof value === 'string')}`;
    const met = [...refused].some((each) => call.startsWith(each));
    return met ? new AwsError('UnauthorizedOperation', `an organization forbids ${call}`, { status: 403 }) : undefined;
  });
  const { code, stdout, stderr } = await environment.meshbed(['run', '3', '--stop-after', 'prepare_tests', '--plain']);
  if (code !== 0) throw new Error(`scenario 3 could not be set up: ${stderr}\n${stdout}`);
}, 120_000);

afterAll(() => environment[Symbol.asyncDispose]());

test('cleanup: without EKS the mesh goes, the cluster and its network stay', async () => {
  const result = await environment.cleanUp({ eks: false });
  expect(result).toMatchObject({ outcome: 'clean', exitCode: 0 });
  const { local, external } = await environment.everything();
  expect(external).toEqual(environment.before.external);
  const kept = new Set(local.map((line) => line.slice(0, line.indexOf(' '))));
  expect(kept).toContain('eks');
  const mesh = local.filter((line) => /^(service|load|target|log)/.test(line) || line.includes('10.1.0.0/16'));
  expect(mesh).toEqual(environment.before.local.filter((line) => mesh.includes(line)));
}, 60_000);

test('cleanup: after it the same run builds everything again', async () => {
  const { code, stderr } = await environment.meshbed(['run', '3', '--stop-after', 'prepare_tests', '--plain']);
  expect([code, stderr]).toEqual([0, '']);
}, 120_000);

test('cleanup: a refused deletion is listed with its command, what it blocks too, and all else goes', async () => {
  const [group] = (await environment.everything()).external.filter((line) => line.includes('"istio-ecs-sg"'));
  const id = /"GroupId":"(sg-[0-9a-f]+)"/.exec(group ?? '')?.[1] ?? '';
  for (const call of [`ec2:DeleteSecurityGroup ${id}`, 'iam:DeleteRole eks-ecs-task-role']) refused.add(call);
  const { exitCode, left } = await environment.cleanUp();
  expect(exitCode).toBe(5);
  expect(left.map(({ title, account, name }) => `${account} ${title} ${name}`).toSorted()).toEqual([
    'external IAM role eks-ecs-task-role',
    'external VPC istio-ecs-external-vpc',
    'external security group istio-ecs-sg',
    'local IAM role eks-ecs-task-role',
  ]);
  const refusal = left.find(({ title }) => title === 'security group');
  expect(refusal?.command).toBe(`aws ec2 delete-security-group --group-id ${id} --profile external --region us-east-2`);
  expect(refusal?.reason).toContain('an organization forbids ec2:DeleteSecurityGroup');
  const vpc = left.find(({ title }) => title === 'VPC');
  expect(vpc?.reason).toContain('has dependencies and cannot be deleted');
  const { local } = await environment.everything();
  expect(local.filter((line) => !environment.before.local.includes(line)).map((line) => line.split(' ')[0])).toEqual([
    'role',
  ]);
}, 60_000);

test('cleanup: the next one removes what was refused, and what was there before is untouched', async () => {
  refused.clear();
  const { outcome, planned } = await environment.cleanUp();
  expect(outcome).toBe('clean');
  expect(planned.map(({ name }) => name).toSorted()).toEqual([
    'eks-ecs-task-role',
    'eks-ecs-task-role',
    'istio-ecs-external-vpc',
    'istio-ecs-sg',
  ]);
  expect(await environment.everything()).toEqual(environment.before);
}, 60_000);
