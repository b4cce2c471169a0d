import {
  type ContainerDefinition,
  DeleteTaskDefinitionsCommand,
  DeregisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionFamiliesCommand,
  ListTaskDefinitionsCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { echo, echoDefinition, type EcsBed, ecsBed } from '../../testing/ecs.ts';
import { taskDefinitionProblem } from './validate.ts';

let bed: EcsBed;
beforeAll(async () => void (bed = await ecsBed()));
afterAll(() => bed[Symbol.asyncDispose]());

const withContainer = (more: Partial<ContainerDefinition>): Partial<RegisterTaskDefinitionCommandInput> => ({
  containerDefinitions: [{ ...echo, ...more }],
});
const check = (healthCheck: object) => withContainer({ healthCheck: { command: ['CMD', 'x'], ...healthCheck } });
const sized = (cpu: string, memory: string) => ({ cpu, memory });
const second = (more: Partial<ContainerDefinition>, first: Partial<ContainerDefinition> = {}) => ({
  containerDefinitions: [
    { ...echo, portMappings: [], ...first },
    { name: 'app', image: 'example/app', ...more },
  ],
});
const dependingOn = (containerName: string, condition: 'HEALTHY' | 'START' | 'COMPLETE' | 'SUCCESS' = 'START') => ({
  dependsOn: [{ containerName, condition }],
});

const invalid: [string, Partial<RegisterTaskDefinitionCommandInput>, RegExp][] = [
  ['family', { family: 'not a name' }, /Family contains invalid characters/],
  ['no containers', { containerDefinitions: [] }, /Container list cannot be empty/],
  ['volumes', { volumes: [{ name: 'v' }] }, /Parameter volumes is not modelled/],
  ['bridge network', { networkMode: 'bridge' }, /Fargate only supports network mode 'awsvpc'/],
  ['no cpu', { cpu: undefined }, /'cpu' be defined at the task level/],
  ['no memory', { memory: undefined }, /'memory' be defined at the task level/],
  ['too little memory', sized('256', '128'), /No Fargate configuration exists for given values: 256 CPU, 128 memory/],
  ['odd cpu', sized('300', '512'), /No Fargate configuration exists/],
  ['too much memory', sized('1024', '9216'), /No Fargate configuration exists/],
  ['too much storage', { ephemeralStorage: { sizeInGiB: 300 } }, /between 21 and 200 GiB/],
  ['role', { taskRoleArn: 'arn:aws:iam::1:role/x' }, /Role is not valid/],
  ['logs without execution role', { executionRoleArn: undefined }, /execution role ARN to support log driver awslogs/],
  ['same name twice', second({ name: 'echo' }), /Container name 'echo' is used more than once/],
  ['nothing essential', withContainer({ essential: false }), /at least one essential container/],
  [
    'same port twice',
    second({ portMappings: [{ containerPort: 80 }] }, { portMappings: [{ containerPort: 80 }] }),
    /port 80\/tcp is mapped more than once/,
  ],
  ['no image', withContainer({ image: undefined }), /Container.image should not be null or empty/],
  [
    'secrets',
    withContainer({ secrets: [{ name: 's', valueFrom: 'x' }] }),
    /Parameter secrets of container 'echo' is not modelled/,
  ],
  ['log driver', withContainer({ logConfiguration: { logDriver: 'splunk' } }), /Log driver 'splunk' is not modelled/],
  [
    'log options',
    withContainer({ logConfiguration: { logDriver: 'awslogs', options: {} } }),
    /requires options: awslogs-group/,
  ],
  [
    'host port',
    withContainer({ portMappings: [{ containerPort: 80, hostPort: 81 }] }),
    /host ports and container ports in port mappings must match/,
  ],
  ['health check command', check({ command: ['curl'] }), /must be CMD, CMD-SHELL or NONE/],
  ['health check interval', check({ interval: 1 }), /interval must be between 5 and 300/],
  ['health check timeout', check({ timeout: 1 }), /timeout must be between 2 and 120/],
  ['health check retries', check({ retries: 0 }), /retries must be between 1 and 10/],
  ['health check start period', check({ startPeriod: 301 }), /startPeriod must be between 0 and 300/],
  ['stop timeout', withContainer({ stopTimeout: 121 }), /stopTimeout must be between 0 and 120/],
  ['unknown dependency', second(dependingOn('none')), /depends on container 'none', which is not defined/],
  [
    'dependency without health check',
    second(dependingOn('echo', 'HEALTHY')),
    /being HEALTHY, which has no health check/,
  ],
  [
    'waiting for an essential container',
    second(dependingOn('echo', 'SUCCESS')),
    /an essential container can't be waited for/,
  ],
  ['circle', second(dependingOn('echo'), dependingOn('app')), /circular dependency/],
];

test.each(invalid)('RegisterTaskDefinition: %s is refused', (_, more, message) => {
  expect(taskDefinitionProblem({ ...echoDefinition, ...more })).toMatch(message);
});

const valid: [string, Partial<RegisterTaskDefinitionCommandInput>][] = [
  ['smallest size', sized('256', '512')],
  ['sizes with units', sized('.5 vCPU', '1 GB')],
  ['largest size', sized('16384', '122880')],
  ['more storage', { ephemeralStorage: { sizeInGiB: 50 } }],
  ['role by name', { taskRoleArn: 'eks-ecs-task-role' }],
  ['healthy dependency', second(dependingOn('echo', 'HEALTHY'), { healthCheck: { command: ['CMD-SHELL', 'true'] } })],
  [
    'empty lists of what is not modelled',
    { volumes: [], ...withContainer({ mountPoints: [], volumesFrom: [], systemControls: [] }) },
  ],
];

test.each(valid)('RegisterTaskDefinition: %s is accepted', (_, more) => {
  expect(taskDefinitionProblem({ ...echoDefinition, ...more })).toBeUndefined();
});

test('task definitions: the refusal is a ClientException', async () => {
  await expect(bed.register({ cpu: '300' })).rejects.toMatchObject({ name: 'ClientException' });
});

test('task definitions: an answer can be registered again', async () => {
  const describe = new DescribeTaskDefinitionCommand({ taskDefinition: 'echo-service-definition' });
  const { taskDefinition } = await bed.ecs.send(describe);
  expect(taskDefinition?.containerDefinitions?.[0]).toMatchObject({
    portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: 'tcp' }],
  });
  const {
    family,
    taskRoleArn,
    executionRoleArn,
    networkMode,
    containerDefinitions,
    requiresCompatibilities,
    cpu,
    memory,
  } = taskDefinition ?? {};
  const volumes = taskDefinition?.volumes;
  const again = {
    family,
    taskRoleArn,
    executionRoleArn,
    networkMode,
    containerDefinitions,
    requiresCompatibilities,
    cpu,
    memory,
    volumes,
  };
  expect(await bed.register({ ...again, family: 'again' })).toMatch(/task-definition\/again:1$/);
});

test('task definitions: revisions count up, the latest active one is described', async () => {
  const family = 'shell-task-definition';
  const describe = async (taskDefinition: string) =>
    (await bed.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }))) ?? {};
  const tags = [{ key: 'environment', value: 'ecs-demo' }];
  await bed.register({ family, tags });
  const latest = await bed.register({ family });
  expect((await describe(`${family}:1`)).tags).toEqual(tags);
  expect((await describe(family)).taskDefinition?.taskDefinitionArn).toBe(latest);
  await bed.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: latest }));
  expect((await describe(family)).taskDefinition?.revision).toBe(1);
  expect((await describe(latest)).taskDefinition?.status).toBe('INACTIVE');
  expect(await bed.register({ family })).toMatch(/:3$/);
  const list = await bed.ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: family }));
  expect(list.taskDefinitionArns?.map((arn) => arn.split('/').at(-1))).toEqual([`${family}:1`, `${family}:3`]);
  const outcome = await bed.ecs.send(
    new DeleteTaskDefinitionsCommand({ taskDefinitions: [latest, `${family}:1`, 'none:1'] }),
  );
  expect(outcome.taskDefinitions).toMatchObject([{ revision: 2, status: 'DELETE_IN_PROGRESS' }]);
  expect(outcome.failures?.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/still in ACTIVE status/),
    expect.stringMatching(/does not exist/),
  ]);
  expect((await bed.ecs.send(new ListTaskDefinitionFamiliesCommand({ familyPrefix: 'shell' }))).families).toEqual([
    family,
  ]);
});

const failing: [string, () => Promise<unknown>, string, RegExp][] = [
  [
    'describing an unknown one',
    () => bed.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'none' })),
    'ClientException',
    /Unable to describe task definition/,
  ],
  [
    'deregistering an unknown one',
    () => bed.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'none:1' })),
    'ClientException',
    /does not exist/,
  ],
  [
    'deregistering a family',
    () => bed.ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'none' })),
    'InvalidParameterException',
    /revision/,
  ],
  [
    'a foreign token',
    () => bed.ecs.send(new ListTaskDefinitionsCommand({ nextToken: 'x' })),
    'InvalidParameterException',
    /token/,
  ],
];
test.each(failing)('task definitions: %s fails', async (_, call, name, message) => {
  await expect(call()).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
});
