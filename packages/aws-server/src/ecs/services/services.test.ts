import {
  DeleteClusterCommand,
  DeleteServiceCommand,
  ListServicesCommand,
  TagResourceCommand,
  UpdateServiceCommand,
  type UpdateServiceCommandInput,
  waitUntilServicesInactive,
  waitUntilServicesStable,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cluster, echo, type EcsBed, ecsBed } from '../../testing/ecs.ts';
import { asAdministrator } from '../../testing/roles.ts';

let bed: EcsBed;
beforeEach(async () => void (bed = await ecsBed()));
afterEach(() => bed[Symbol.asyncDispose]());

const service = 'echo-service';
const settle = () => bed.clock.advance(100);
const update = (more: Partial<UpdateServiceCommandInput>) =>
  bed.ecs.send(new UpdateServiceCommand({ cluster, service, ...more }));
const remove = (force = true) => bed.ecs.send(new DeleteServiceCommand({ cluster, service, force }));
const messages = async () =>
  (await bed.service()).events?.map(({ message }) => message?.replaceAll(/task [0-9a-f]{32}/g, 'task')) ?? [];
const definitions = async () =>
  (await bed.tasksOf(service)).map(({ taskDefinitionArn }) => taskDefinitionArn?.split(':').at(-1));

test('service: starts its tasks and reaches a steady state', async () => {
  const created = await bed.createService({ desiredCount: 2 });
  expect(created).toMatchObject({
    status: 'ACTIVE',
    runningCount: 0,
    deployments: [{ status: 'PRIMARY', rolloutState: 'IN_PROGRESS' }],
  });
  await settle();
  expect(await bed.service()).toMatchObject({
    runningCount: 2,
    pendingCount: 0,
    deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 2, desiredCount: 2 }],
  });
  expect((await messages()).toReversed()).toEqual([
    '(service echo-service) has started 2 tasks: (task) (task).',
    '(service echo-service) has reached a steady state.',
    expect.stringMatching(/^\(service echo-service\) \(deployment ecs-svc\/\d+\) deployment completed\.$/),
  ]);
  const [task] = await bed.tasksOf(service);
  expect(task).toMatchObject({
    group: 'service:echo-service',
    startedBy: created.deployments?.[0]?.id,
    lastStatus: 'RUNNING',
  });
});

test('service: the SDK waits for stable and inactive', async () => {
  await bed.createService();
  await settle();
  const waiting = { client: bed.ecs, maxWaitTime: 5, minDelay: 1, maxDelay: 1 };
  expect(await waitUntilServicesStable(waiting, { cluster, services: [service] })).toMatchObject({ state: 'SUCCESS' });
  await remove();
  await settle();
  expect(await waitUntilServicesInactive(waiting, { cluster, services: [service] })).toMatchObject({
    state: 'SUCCESS',
  });
});

test('service: a new revision replaces the task only when it is up', async () => {
  await bed.createService();
  await settle();
  const [old] = await bed.tasksOf(service);
  await bed.register({
    containerDefinitions: [{ ...echo, healthCheck: { command: ['CMD-SHELL', 'curl localhost'] } }],
  });
  await update({ taskDefinition: 'echo-service-definition:2' });
  await settle();
  expect((await bed.service()).deployments).toMatchObject([
    { status: 'PRIMARY', rolloutState: 'IN_PROGRESS', runningCount: 1, taskDefinition: expect.stringMatching(/:2$/) },
    { status: 'ACTIVE', runningCount: 1 },
  ]);
  const next = (await bed.tasksOf(service)).find(({ taskArn }) => taskArn !== old?.taskArn);
  bed.runtime.of(next?.taskArn).health('echo', 'HEALTHY');
  await settle();
  expect(await bed.task(old?.taskArn)).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'ServiceSchedulerInitiated',
    stoppedReason: expect.stringMatching(/^Scaling activity initiated by \(deployment ecs-svc\/\d+\)$/),
  });
  expect((await bed.service()).deployments).toMatchObject([{ status: 'PRIMARY', rolloutState: 'COMPLETED' }]);
  expect(await definitions()).toEqual(['2']);
});

test('service: the same revision again changes nothing, unless forced', async () => {
  await bed.createService();
  await settle();
  const [before] = await bed.tasksOf(service);
  await update({ taskDefinition: 'echo-service-definition:1' });
  await settle();
  expect((await bed.tasksOf(service))[0]?.taskArn).toBe(before?.taskArn);
  await update({ forceNewDeployment: true });
  await settle();
  const after = await bed.tasksOf(service);
  expect(after).toHaveLength(1);
  expect(after[0]?.taskArn).not.toBe(before?.taskArn);
});

test('service: scales up and down', async () => {
  await bed.createService();
  await settle();
  await update({ desiredCount: 3 });
  await settle();
  expect((await bed.service()).runningCount).toBe(3);
  await update({ desiredCount: 0 });
  await settle();
  expect(await bed.service()).toMatchObject({ runningCount: 0, desiredCount: 0, status: 'ACTIVE' });
  expect((await messages())[0]).toBe('(service echo-service) has reached a steady state.');
});

test('service: an ended task and an unhealthy one are replaced', async () => {
  await bed.register({ containerDefinitions: [{ ...echo, healthCheck: { command: ['CMD', 'check'] } }] });
  await bed.createService();
  await settle();
  const [first] = await bed.tasksOf(service);
  bed.runtime.of(first?.taskArn).exit('echo', 0, 'Completed');
  await settle();
  expect(await bed.tasksOf(service)).toEqual([]);
  await bed.clock.advance(1000);
  const [second] = await bed.tasksOf(service);
  expect(second?.lastStatus).toBe('RUNNING');
  bed.runtime.of(second?.taskArn).health('echo', 'UNHEALTHY');
  await settle();
  expect((await bed.task(second?.taskArn)).stoppedReason).toBe('Task failed container health checks');
  expect(await bed.tasksOf(service)).toHaveLength(1);
  expect(await messages()).toContain('(service echo-service) (task) failed container health checks.');
});

test('service: failed starts are told in events and tried again at growing intervals', async () => {
  await asAdministrator(bed.server, 'logs', 'DeleteLogGroup', { logGroupName: '/ecs/ecs-demo' });
  await bed.createService();
  const attempts: number[] = [];
  for (let second = 0; second < 20; second++) {
    await bed.clock.advance(1000);
    attempts.push((await bed.service()).deployments?.[0]?.failedTasks ?? 0);
  }
  expect(attempts.at(-1)).toBe(6);
  expect(await messages()).toContainEqual(
    expect.stringMatching(
      /failed to launch a task \(task\) with \(error ResourceInitializationError: .*log group does not exist/,
    ),
  );
  expect(await messages()).toContainEqual(expect.stringMatching(/unable to consistently start tasks successfully/));
  await asAdministrator(bed.server, 'logs', 'CreateLogGroup', { logGroupName: '/ecs/ecs-demo' });
  await bed.clock.advance(10_000);
  expect(await bed.service()).toMatchObject({ runningCount: 1, deployments: [{ rolloutState: 'COMPLETED' }] });
});

test('service: a new deployment does not wait for the retry of the failed one', async () => {
  await bed.register({ containerDefinitions: [{ ...echo, image: 'missing/echo' }] });
  await bed.createService();
  await bed.clock.advance(20_000);
  await update({ taskDefinition: 'echo-service-definition:1' });
  await settle();
  expect(await definitions()).toEqual(['1']);
});

test('service: the circuit breaker ends a deployment that can not start', async () => {
  await bed.register({ containerDefinitions: [{ ...echo, image: 'missing/echo' }] });
  await bed.createService({ deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: false } } });
  await bed.clock.advance(60_000);
  expect((await bed.service()).deployments).toMatchObject([{ rolloutState: 'FAILED', failedTasks: 3 }]);
});

test('service: the circuit breaker goes back to what worked, when told to', async () => {
  await bed.createService({ deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } });
  await settle();
  await bed.clock.advance(10_000);
  await bed.register({ containerDefinitions: [{ ...echo, image: 'missing/echo' }] });
  await update({ taskDefinition: 'echo-service-definition:2' });
  await bed.clock.advance(60_000);
  expect(await definitions()).toEqual(['1']);
  expect(await bed.service()).toMatchObject({ deployments: [{ status: 'PRIMARY', rolloutState: 'COMPLETED' }] });
  expect(await messages()).toContainEqual(expect.stringMatching(/rolling back to deployment ecs-svc/));
});

test('service: tags of the service reach its tasks when asked for', async () => {
  const tags = [{ key: 'ecs.solo.io/service-account', value: 'demo' }];
  await bed.createService({ tags, propagateTags: 'SERVICE', enableECSManagedTags: true });
  await settle();
  const [task] = await bed.tasksOf(service);
  expect(task?.tags).toEqual([
    ...tags,
    { key: 'aws:ecs:clusterName', value: cluster },
    { key: 'aws:ecs:serviceName', value: service },
  ]);
  const resourceArn = (await bed.service()).serviceArn;
  await bed.ecs.send(new TagResourceCommand({ resourceArn, tags: [{ key: 'later', value: '1' }] }));
  expect((await bed.service()).tags).toHaveLength(2);
  expect((await bed.tasksOf(service))[0]?.tags).toHaveLength(3);
});

test('service: tags of the task definition reach the tasks when asked for', async () => {
  await bed.register({ tags: [{ key: 'environment', value: 'ecs-demo' }] });
  await bed.createService({ propagateTags: 'TASK_DEFINITION' });
  await settle();
  expect((await bed.tasksOf(service))[0]?.tags).toEqual([{ key: 'environment', value: 'ecs-demo' }]);
});

test('service: drains, gets inactive and can be made again', async () => {
  await using slow = await ecsBed({ profile: 'real' });
  await slow.createService();
  await slow.clock.advance(60_000);
  await slow.ecs.send(new DeleteServiceCommand({ cluster, service, force: true }));
  expect(await slow.service()).toMatchObject({ status: 'DRAINING', desiredCount: 0 });
  await expect(slow.createService()).rejects.toThrow('Unable to Start a service that is still Draining.');
  expect((await slow.ecs.send(new ListServicesCommand({ cluster }))).serviceArns).toEqual([]);
  await expect(slow.ecs.send(new UpdateServiceCommand({ cluster, service, desiredCount: 1 }))).rejects.toMatchObject({
    name: 'ServiceNotActiveException',
  });
  await expect(slow.ecs.send(new DeleteClusterCommand({ cluster }))).rejects.toMatchObject({
    name: 'ClusterContainsTasksException',
  });
  await slow.clock.advance(20_000);
  expect((await slow.service()).status).toBe('INACTIVE');
  expect((await slow.createService()).status).toBe('ACTIVE');
});

test('service: a lower maximum stops the old task before the new one starts', async () => {
  await bed.createService({ deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 0 } });
  await settle();
  await update({ forceNewDeployment: true });
  await settle();
  expect(await messages()).toEqual(
    expect.arrayContaining(['(service echo-service) has stopped 1 running tasks: (task).']),
  );
  expect(bed.runtime.workloads.map(({ stopped }) => stopped !== undefined)).toEqual([true, false]);
});
