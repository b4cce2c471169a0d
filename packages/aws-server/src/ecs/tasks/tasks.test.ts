import { DescribeTasksCommand, ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { FilterLogEventsCommand, CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cluster, echo, type EcsBed, ecsBed, logConfiguration, role } from '../../testing/ecs.ts';
import { asAdministrator, trustOf } from '../../testing/roles.ts';

let bed: EcsBed;
beforeEach(async () => void (bed = await ecsBed({ profile: 'real' })));
afterEach(() => bed[Symbol.asyncDispose]());

const seconds = 1000;
const boot = () => bed.clock.advance(60 * seconds);

test('task: goes through its states in the time that Fargate takes', async () => {
  const { taskArn } = await bed.run();
  const seen: (string | undefined)[] = [];
  for (let passed = 0; passed < 60; passed++) {
    const { lastStatus } = await bed.task(taskArn);
    if (seen.at(-1) !== lastStatus) seen.push(lastStatus);
    await bed.clock.advance(1 * seconds);
  }
  expect(seen).toEqual(['PROVISIONING', 'PENDING', 'ACTIVATING', 'RUNNING']);
  await bed.ecs.send(new StopTaskCommand({ cluster, task: taskArn, reason: 'enough' }));
  for (let passed = 0; passed < 60; passed++) {
    const { lastStatus } = await bed.task(taskArn);
    if (seen.at(-1) !== lastStatus) seen.push(lastStatus);
    await bed.clock.advance(1 * seconds);
  }
  expect(seen.slice(4)).toEqual(['DEACTIVATING', 'DEPROVISIONING', 'STOPPED']);
  expect(await bed.task(taskArn)).toMatchObject({
    stopCode: 'UserInitiated',
    stoppedReason: 'enough',
    desiredStatus: 'STOPPED',
  });
});

test('task: has an interface with a public address, which goes after the task', async () => {
  const { taskArn } = await bed.run();
  await boot();
  const { attachments, containers } = await bed.task(taskArn);
  const details = Object.fromEntries(attachments?.[0]?.details?.map(({ name, value }) => [name, value]) ?? []);
  const eni = bed.server.fabric.interfaces.get(details['networkInterfaceId'] ?? '');
  expect(details).toMatchObject({ subnetId: 'subnet-a', privateIPv4Address: eni?.ips[0] });
  expect(containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address).toBe(eni?.ips[0]);
  expect(eni).toMatchObject({ groupIds: ['sg-1'], vpcId: 'vpc-1', requesterManaged: true });
  expect(eni?.publicIps.size).toBe(1);
  await bed.ecs.send(new StopTaskCommand({ cluster, task: taskArn }));
  await bed.clock.advance(17 * seconds);
  expect([(await bed.task(taskArn)).lastStatus, bed.server.fabric.interfaces.size]).toEqual(['STOPPED', 1]);
  await bed.clock.advance(20 * seconds);
  expect(bed.server.fabric.interfaces.size).toBe(0);
});

test('task: the workload gets command, environment, ports, health check and dependencies', async () => {
  await bed.register({
    containerDefinitions: [
      {
        name: 'ztunnel',
        image: 'example/ztunnel',
        healthCheck: {
          command: ['CMD', 'ztunnel', 'healthcheck'],
          interval: 5,
          retries: 3,
          startPeriod: 10,
          timeout: 5,
        },
      },
      { ...echo, dependsOn: [{ containerName: 'ztunnel', condition: 'HEALTHY' }], command: ['serve'] },
    ],
  });
  const overrides = {
    containerOverrides: [{ name: 'echo', environment: [{ name: 'MORE', value: '1' }], command: ['other'] }],
  };
  const { taskArn } = await bed.run({ overrides });
  await boot();
  const { spec } = bed.runtime.of(taskArn);
  const [ztunnel, app] = spec.containers;
  expect(spec.hostname).toMatch(/^ip-10-0-0-\d+\.us-east-2\.compute\.internal$/);
  expect(ztunnel?.healthCheck).toEqual({
    test: { command: ['ztunnel', 'healthcheck'] },
    intervalMs: 5000,
    timeoutMs: 5000,
    retries: 3,
    startPeriodMs: 10_000,
  });
  expect(app).toMatchObject({
    command: ['other'],
    ports: [8080],
    dependsOn: [{ container: 'ztunnel', condition: 'HEALTHY' }],
  });
  expect(app?.env).toMatchObject({ PORT: '8080', MORE: '1', AWS_REGION: 'us-east-2' });
  expect((await bed.task(taskArn)).lastStatus).toBe('PENDING');
  bed.runtime.of(taskArn).health('ztunnel', 'HEALTHY');
  await bed.clock.advance(5 * seconds);
  expect(await bed.task(taskArn)).toMatchObject({ lastStatus: 'RUNNING', healthStatus: 'HEALTHY' });
});

test('task: the credentials endpoint serves the task role and renews before the end', async () => {
  const { taskArn } = await bed.run();
  await boot();
  const { spec } = bed.runtime.of(taskArn);
  const path = spec.containers[0]?.env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'] ?? '';
  const get = async (at = path) => spec.linkLocal.get('169.254.170.2:80')?.({ method: 'GET', path: at, headers: {} });
  const read = async () => JSON.parse((await get())?.body ?? '{}') as Record<string, string>;
  const first = await read();
  expect(first).toMatchObject({
    RoleArn: role,
    AccessKeyId: expect.stringMatching(/^ASIA/),
    Token: expect.any(String),
  });
  await bed.clock.advance(5 * 3600 * seconds);
  expect(await read()).toEqual(first);
  await bed.clock.advance(50 * 60 * seconds);
  const renewed = await read();
  expect(renewed['AccessKeyId']).not.toBe(first['AccessKeyId']);
  expect(Date.parse(renewed['Expiration'] ?? '') - bed.clock.now()).toBeGreaterThan(5.9 * 3600 * seconds);
  expect((await get('/v2/credentials/guess'))?.status).toBe(404);
});

test('task: log lines go to the stream prefix/container/task', async () => {
  const { taskArn } = await bed.run();
  await boot();
  bed.runtime.of(taskArn).print('echo', 'listening on 8080');
  const logs = new CloudWatchLogsClient({ ...bed.server.client(), systemClockOffset: 60 * seconds });
  const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: '/ecs/ecs-demo' }));
  expect(events).toMatchObject([
    { logStreamName: `demo/echo/${taskArn?.split('/').at(-1)}`, message: 'listening on 8080' },
  ]);
});

const essentialOff = { name: 'helper', image: 'example/helper', essential: false };

test('task: an essential container that ends stops the task, another one does not', async () => {
  await bed.register({ containerDefinitions: [echo, essentialOff] });
  const { taskArn } = await bed.run();
  await boot();
  bed.runtime.of(taskArn).exit('helper', 0, 'Completed');
  await bed.clock.advance(1 * seconds);
  expect((await bed.task(taskArn)).lastStatus).toBe('RUNNING');
  bed.runtime.of(taskArn).exit('echo', 3);
  await bed.clock.advance(60 * seconds);
  expect(await bed.task(taskArn)).toMatchObject({
    lastStatus: 'STOPPED',
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [
      { name: 'echo', exitCode: 3, lastStatus: 'STOPPED' },
      { name: 'helper', exitCode: 0 },
    ],
  });
});

interface Failure {
  name: string;
  prepare: () => Promise<unknown>;
  reason: RegExp;
}

const failures: Failure[] = [
  {
    name: 'a role that does not trust ECS',
    prepare: () =>
      asAdministrator(bed.server, 'iam', 'UpdateAssumeRolePolicy', {
        RoleName: 'eks-ecs-task-role',
        PolicyDocument: trustOf('ec2.amazonaws.com'),
      }),
    reason: /^ECS was unable to assume the role '.*eks-ecs-task-role' that was provided for this task/,
  },
  {
    name: 'a role that does not exist',
    prepare: () => bed.register({ executionRoleArn: 'arn:aws:iam::111111111111:role/none' }),
    reason: /unable to assume the role 'arn:aws:iam::111111111111:role\/none'/,
  },
  {
    name: 'a missing log group',
    prepare: () => asAdministrator(bed.server, 'logs', 'DeleteLogGroup', { logGroupName: '/ecs/ecs-demo' }),
    reason: /^ResourceInitializationError: .*ResourceNotFoundException: The specified log group does not exist/,
  },
  {
    name: 'an execution role that may not write logs',
    prepare: () =>
      asAdministrator(bed.server, 'iam', 'DeleteRolePolicy', { RoleName: 'eks-ecs-task-role', PolicyName: 'inline' }),
    reason: /^ResourceInitializationError: .*AccessDeniedException: .*logs:CreateLogStream/,
  },
  {
    name: 'an image that the runtime does not have',
    prepare: () => bed.register({ containerDefinitions: [{ ...echo, image: 'missing/echo:1' }] }),
    reason: /^CannotPullContainerError: missing\/echo:1: not found/,
  },
];

test.each(failures)('task: $name stops the start', async ({ prepare, reason }) => {
  await prepare();
  const { taskArn } = await bed.run();
  await bed.clock.advance(120 * seconds);
  const task = await bed.task(taskArn);
  expect(task).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'TaskFailedToStart' });
  expect(task.stoppedReason).toMatch(reason);
  expect(task.startedAt).toBeUndefined();
  expect(bed.server.fabric.interfaces.size).toBe(0);
});

test('task: an image that the registry does not give stops the start', async () => {
  await using other = await ecsBed({
    images: { pullProblem: (image) => `failed to resolve ref ${image}: i/o timeout` },
  });
  const { taskArn } = await other.run();
  await other.clock.advance(1 * seconds);
  expect((await other.task(taskArn)).stoppedReason).toBe(
    'CannotPullContainerError: failed to resolve ref example/echo:latest: i/o timeout',
  );
});

test('task: awslogs-create-group makes the group', async () => {
  const options = { ...logConfiguration.options, 'awslogs-group': '/ecs/new', 'awslogs-create-group': 'true' };
  await bed.register({ containerDefinitions: [{ ...echo, logConfiguration: { logDriver: 'awslogs', options } }] });
  const { taskArn } = await bed.run();
  await boot();
  expect((await bed.task(taskArn)).lastStatus).toBe('RUNNING');
});

test('task: one that is stopped while it starts never runs', async () => {
  const { taskArn } = await bed.run();
  await bed.clock.advance(5 * seconds);
  await bed.ecs.send(new StopTaskCommand({ cluster, task: taskArn }));
  await boot();
  expect(await bed.task(taskArn)).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'UserInitiated' });
  expect(bed.runtime.workloads).toEqual([]);
});

test('task: a container that waits too long for another gives up', async () => {
  await bed.register({
    containerDefinitions: [
      { name: 'ztunnel', image: 'example/ztunnel', healthCheck: { command: ['CMD', 'false'] } },
      { ...echo, dependsOn: [{ containerName: 'ztunnel', condition: 'HEALTHY' }], startTimeout: 100 },
    ],
  });
  const { taskArn } = await bed.run();
  await bed.clock.advance(100 * seconds);
  expect((await bed.task(taskArn)).lastStatus).toBe('PENDING');
  await bed.clock.advance(60 * seconds);
  expect(await bed.task(taskArn)).toMatchObject({
    stopCode: 'TaskFailedToStart',
    stoppedReason: expect.stringMatching(/'echo'.*100 s/),
  });
});

test('tasks: stopped ones are described for an hour', async () => {
  const { taskArn } = await bed.run();
  await bed.ecs.send(new StopTaskCommand({ cluster, task: taskArn }));
  await boot();
  expect((await bed.ecs.send(new ListTasksCommand({ cluster, desiredStatus: 'STOPPED' }))).taskArns).toEqual([taskArn]);
  await bed.clock.advance(3600 * seconds);
  const { failures: missing } = await bed.ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn ?? ''] }));
  expect(missing).toEqual([{ arn: taskArn, reason: 'MISSING' }]);
});
