import { RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cluster, echoDefinition, type EcsBed, ecsBed, networkConfiguration } from '../../testing/ecs.ts';

let bed: EcsBed;
beforeEach(async () => void (bed = await ecsBed()));
afterEach(() => bed[Symbol.asyncDispose]());

const boot = () => bed.clock.advance(10);

const refused: [string, object, string, RegExp][] = [
  ['no launch type', { launchType: undefined }, 'InvalidParameterException', /No Container Instances/],
  [
    'no network',
    { networkConfiguration: undefined },
    'InvalidParameterException',
    /Network Configuration must be provided/,
  ],
  [
    'an unknown subnet',
    withNetwork({ subnets: ['subnet-x'] }),
    'InvalidParameterException',
    /subnet ID 'subnet-x' does not exist/,
  ],
  [
    'subnets of two VPCs',
    withNetwork({ subnets: ['subnet-a', 'subnet-other'] }),
    'InvalidParameterException',
    /same VPC/,
  ],
  [
    'an unknown security group',
    withNetwork({ securityGroups: ['sg-x'] }),
    'InvalidParameterException',
    /security group 'sg-x' does not exist/,
  ],
  ['a group of another VPC', withNetwork({ securityGroups: ['sg-other'] }), 'InvalidParameterException', /same VPC/],
  ['an unknown cluster', { cluster: 'none' }, 'ClusterNotFoundException', /Cluster not found/],
  ['an unknown task definition', { taskDefinition: 'none' }, 'ClientException', /TaskDefinition not found/],
  [
    'an override for no container',
    { overrides: { containerOverrides: [{ name: 'x' }] } },
    'InvalidParameterException',
    /named x/,
  ],
  [
    'placement constraints',
    { placementConstraints: [{ type: 'distinctInstance' }] },
    'InvalidParameterException',
    /placementConstraints/,
  ],
];

function withNetwork(more: object): object {
  return { networkConfiguration: { awsvpcConfiguration: { ...networkConfiguration.awsvpcConfiguration, ...more } } };
}

test.each(refused)('RunTask: %s is refused', async (_, more, name, message) => {
  await expect(bed.run(more)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
});

test('RunTask: exec without a task role is refused', async () => {
  const { taskRoleArn: _, ...withoutRole } = echoDefinition;
  await bed.ecs.send(new RegisterTaskDefinitionCommand({ ...withoutRole, family: 'no-role' }));
  await expect(bed.run({ taskDefinition: 'no-role', enableExecuteCommand: true })).rejects.toThrow(/valid taskRoleArn/);
});

test('RunTask: without groups tasks get the default one of the VPC', async () => {
  await bed.run(withNetwork({ securityGroups: undefined }));
  await boot();
  expect([...bed.server.fabric.interfaces.values()].map(({ groupIds }) => groupIds)).toEqual([['sg-default']]);
});

test('RunTask: several tasks at once', async () => {
  const { tasks } = await bed.ecs.send(
    new RunTaskCommand({
      cluster,
      taskDefinition: 'echo-service-definition',
      launchType: 'FARGATE',
      networkConfiguration,
      count: 3,
    }),
  );
  expect(new Set(tasks?.map(({ taskArn }) => taskArn)).size).toBe(3);
});
