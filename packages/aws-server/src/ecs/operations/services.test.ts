import {
  CreateServiceCommand,
  DeleteClusterCommand,
  DeleteServiceCommand,
  DescribeServicesCommand,
  ListServicesCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cluster, echoDefinition, echoService, type EcsBed, ecsBed } from '../../testing/ecs.ts';

let bed: EcsBed;
beforeEach(async () => void (bed = await ecsBed()));
afterEach(() => bed[Symbol.asyncDispose]());

const service = 'echo-service';
const update = (more: Partial<UpdateServiceCommandInput>) =>
  bed.ecs.send(new UpdateServiceCommand({ cluster, service, ...more }));
const remove = (force: boolean) => bed.ecs.send(new DeleteServiceCommand({ cluster, service, force }));

const refused: [string, () => Promise<unknown>, string, RegExp][] = [
  ['the same name', () => bed.createService(), 'InvalidParameterException', /Creation of service was not idempotent/],
  [
    'deleting without force',
    () => remove(false),
    'InvalidParameterException',
    /cannot be stopped while it is scaled above 0/,
  ],
  [
    'deleting an unknown service',
    () => bed.ecs.send(new DeleteServiceCommand({ cluster, service: 'none' })),
    'ServiceNotFoundException',
    /not found/,
  ],
  ['updating an unknown service', () => update({ service: 'none' }), 'ServiceNotFoundException', /not found/],
  [
    'an inactive revision',
    () => update({ taskDefinition: 'echo-service-definition:9' }),
    'ClientException',
    /not found/,
  ],
  [
    'a daemon',
    () => bed.createService({ serviceName: 'd', schedulingStrategy: 'DAEMON' }),
    'InvalidParameterException',
    /DAEMON is not supported/,
  ],
  [
    'an external controller',
    () => bed.createService({ serviceName: 'd', deploymentController: { type: 'EXTERNAL' } }),
    'InvalidParameterException',
    /EXTERNAL is not supported/,
  ],
  [
    'a launch type and a strategy',
    () => bed.createService({ serviceName: 'd', capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] }),
    'InvalidParameterException',
    /both a launch type and capacity provider strategy/,
  ],
  [
    'a load balancer',
    () => bed.createService({ serviceName: 'd', loadBalancers: [{ containerPort: 1 }] }),
    'InvalidParameterException',
    /loadBalancers/,
  ],
  [
    'no count',
    () => bed.createService({ serviceName: 'd', desiredCount: undefined }),
    'InvalidParameterException',
    /desired count/,
  ],
  [
    'deleting its cluster',
    () => bed.ecs.send(new DeleteClusterCommand({ cluster })),
    'ClusterContainsServicesException',
    /Services are active/,
  ],
  [
    'tasks of an unknown service',
    () => bed.ecs.send(new ListTasksCommand({ cluster, serviceName: 'none' })),
    'ServiceNotFoundException',
    /not found/,
  ],
  [
    'an unknown cluster',
    () => bed.ecs.send(new DescribeServicesCommand({ cluster: 'none', services: [service] })),
    'ClusterNotFoundException',
    /not found/,
  ],
];

test.each(refused)('service: %s is refused', async (_, call, name, message) => {
  await bed.createService();
  await expect(call()).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
});

test('service: creation with the same client token is answered again', async () => {
  const first = await bed.createService({ clientToken: 'token-1' });
  expect((await bed.createService({ clientToken: 'token-1' })).serviceArn).toBe(first.serviceArn);
});

test('service: exec without a task role is refused', async () => {
  const { taskRoleArn: _, ...input } = echoDefinition;
  await bed.ecs.send(new RegisterTaskDefinitionCommand({ ...input, family: 'no-role' }));
  const create = new CreateServiceCommand({ ...echoService, taskDefinition: 'no-role' });
  await expect(bed.ecs.send(create)).rejects.toThrow(/valid taskRoleArn/);
});

test('services: unknown ones are failures, pages hold ten', async () => {
  for (let index = 0; index < 12; index++) await bed.createService({ serviceName: `s-${index}`, desiredCount: 0 });
  const { services, failures } = await bed.ecs.send(
    new DescribeServicesCommand({ cluster, services: ['s-1', 'none'] }),
  );
  expect(services).toHaveLength(1);
  expect(failures).toEqual([{ arn: `arn:aws:ecs:us-east-2:111111111111:service/${cluster}/none`, reason: 'MISSING' }]);
  const first = await bed.ecs.send(new ListServicesCommand({ cluster }));
  const second = await bed.ecs.send(new ListServicesCommand({ cluster, nextToken: first.nextToken }));
  expect([first.serviceArns?.length, second.serviceArns?.length, second.nextToken]).toEqual([10, 2, undefined]);
});
