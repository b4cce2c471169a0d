import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from '@aws-sdk/client-ecs';
import { unmodelled } from '../../unmodelled.ts';
import { cpuUnits, isFargateSize, memoryMebibytes } from './sizes.ts';

type Input = RegisterTaskDefinitionCommandInput;

/** What is wrong in words; undefined when nothing is. */
type Check<Subject> = (subject: Subject) => string | undefined;

const knownParameters = new Set([
  'family',
  'taskRoleArn',
  'executionRoleArn',
  'networkMode',
  'containerDefinitions',
  'requiresCompatibilities',
  'cpu',
  'memory',
  'tags',
  'runtimePlatform',
  'placementConstraints',
  'ephemeralStorage',
]);

const knownContainerParameters = new Set([
  'name',
  'image',
  'cpu',
  'memory',
  'memoryReservation',
  'portMappings',
  'essential',
  'entryPoint',
  'command',
  'environment',
  'dependsOn',
  'startTimeout',
  'stopTimeout',
  'healthCheck',
  'logConfiguration',
  'readonlyRootFilesystem',
  'user',
  'ulimits',
  'dockerLabels',
  'linuxParameters',
  'interactive',
  'pseudoTerminal',
  'versionConsistency',
]);

const containersOf = (input: Input): ContainerDefinition[] => input.containerDefinitions ?? [];
const isFargate = (input: Input) => input.requiresCompatibilities?.includes('FARGATE') ?? false;
const when = (failed: boolean, message: string) => (failed ? message : undefined);

const roleName = /^(arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+|[\w+=,.@-]{1,64})$/;

const between = (value: number | undefined, least: number, most: number) =>
  value === undefined || (value >= least && value <= most);

function firstDuplicate(values: readonly string[]): string | undefined {
  return values.find((value, index) => values.indexOf(value) !== index);
}

/** Of the whole task definition, in the order in which they are told. */
const checks: readonly Check<Input>[] = [
  (input) => when(!/^[\w-]{1,255}$/.test(input.family ?? ''), 'Family contains invalid characters.'),
  (input) => when(containersOf(input).length === 0, 'Container list cannot be empty.'),
  (input) => notModelled(unmodelled(input, knownParameters)),
  (input) => when(isFargate(input) && input.networkMode !== 'awsvpc', "Fargate only supports network mode 'awsvpc'."),
  (input) =>
    when(
      input.networkMode !== 'awsvpc',
      `Network mode '${input.networkMode ?? 'bridge'}' is not modelled: use 'awsvpc'.`,
    ),
  (input) => when(isFargate(input) && !input.cpu, "Fargate requires that 'cpu' be defined at the task level."),
  (input) => when(isFargate(input) && !input.memory, "Fargate requires that 'memory' be defined at the task level."),
  (input) =>
    when(
      isFargate(input) && !isFargateSize(input.cpu ?? '', input.memory ?? ''),
      `No Fargate configuration exists for given values: ${cpuUnits(input.cpu ?? '')} CPU, ${memoryMebibytes(input.memory ?? '')} memory. See the Amazon ECS documentation for the valid values.`,
    ),
  (input) =>
    when(
      !between(input.ephemeralStorage?.sizeInGiB, 21, 200),
      `Ephemeral storage size must be between 21 and 200 GiB.`,
    ),
  (input) =>
    when(
      [input.taskRoleArn, input.executionRoleArn].some((role) => role && !roleName.test(role)),
      'Role is not valid',
    ),
  (input) =>
    when(
      isFargate(input) &&
        !input.executionRoleArn &&
        containersOf(input).some(({ logConfiguration }) => logConfiguration?.logDriver === 'awslogs'),
      'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
    ),
  (input) => duplicateName(containersOf(input)),
  (input) =>
    when(
      containersOf(input).every((container) => container.essential === false),
      'A task definition must have at least one essential container.',
    ),
  (input) => duplicatePort(containersOf(input)),
  (input) => circularDependency(containersOf(input)),
];

interface ContainerSubject {
  container: ContainerDefinition;
  all: ContainerDefinition[];
}

/** Of each container. */
const containerChecks: readonly Check<ContainerSubject>[] = [
  ({ container }) => when(!container.name, 'Container.name should not be null or empty.'),
  ({ container }) => when(!container.image, 'Container.image should not be null or empty.'),
  ({ container }) => notModelled(unmodelled(container, knownContainerParameters), ` of container '${container.name}'`),
  ({ container }) =>
    when(
      container.logConfiguration !== undefined && container.logConfiguration.logDriver !== 'awslogs',
      `Log driver '${container.logConfiguration?.logDriver}' is not modelled: use 'awslogs'.`,
    ),
  ({ container }) => logOptions(container),
  ({ container }) =>
    when(
      container.portMappings?.some(({ hostPort, containerPort }) => hostPort && hostPort !== containerPort) ?? false,
      'When networkMode=awsvpc, the host ports and container ports in port mappings must match.',
    ),
  ({ container }) =>
    when(
      container.healthCheck !== undefined &&
        !['CMD', 'CMD-SHELL', 'NONE'].includes(container.healthCheck.command?.[0] ?? ''),
      'The first element of the container health check command must be CMD, CMD-SHELL or NONE.',
    ),
  ({ container: { healthCheck } }) =>
    when(!between(healthCheck?.interval, 5, 300), 'Health check interval must be between 5 and 300 seconds.'),
  ({ container: { healthCheck } }) =>
    when(!between(healthCheck?.timeout, 2, 120), 'Health check timeout must be between 2 and 120 seconds.'),
  ({ container: { healthCheck } }) =>
    when(!between(healthCheck?.retries, 1, 10), 'Health check retries must be between 1 and 10.'),
  ({ container: { healthCheck } }) =>
    when(!between(healthCheck?.startPeriod, 0, 300), 'Health check startPeriod must be between 0 and 300 seconds.'),
  ({ container }) =>
    when(
      !between(container.stopTimeout, 0, 120),
      'Container stopTimeout must be between 0 and 120 seconds on Fargate.',
    ),
  (subject) => dependencies(subject),
];

/** The first problem, in the words of the API as far as they are known; undefined for a valid task definition. */
export function taskDefinitionProblem(input: Input): string | undefined {
  const all = containersOf(input);
  return (
    first(checks, input) ??
    all.map((container) => first(containerChecks, { container, all })).find((problem) => problem !== undefined)
  );
}

function first<Subject>(list: readonly Check<Subject>[], subject: Subject): string | undefined {
  for (const check of list) {
    const problem = check(subject);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const notModelled = (names: readonly string[], where = '') =>
  when(names.length > 0, `Parameter ${names.join(', ')}${where} is not modelled by this server.`);

function duplicateName(containers: ContainerDefinition[]): string | undefined {
  const name = firstDuplicate(containers.map((container) => container.name ?? ''));
  return name === undefined
    ? undefined
    : `Container name '${name}' is used more than once. Container names must be unique.`;
}

function duplicatePort(containers: ContainerDefinition[]): string | undefined {
  const ports = containers.flatMap(({ portMappings = [] }) =>
    portMappings.map(({ containerPort, protocol = 'tcp' }) => `${containerPort}/${protocol}`),
  );
  const port = firstDuplicate(ports);
  return port === undefined ? undefined : `Container port ${port} is mapped more than once in the task definition.`;
}

function logOptions({ name, logConfiguration }: ContainerDefinition): string | undefined {
  if (!logConfiguration) return undefined;
  const missing = ['awslogs-group', 'awslogs-region', 'awslogs-stream-prefix'].find(
    (option) => !logConfiguration.options?.[option],
  );
  return missing && `Log driver awslogs requires options: ${missing} (container '${name}').`;
}

function dependencies({ container, all }: ContainerSubject): string | undefined {
  for (const { containerName, condition } of container.dependsOn ?? []) {
    const target = all.find(({ name }) => name === containerName);
    if (!target)
      return `Container '${container.name}' depends on container '${containerName}', which is not defined in the task definition.`;
    if (condition === 'HEALTHY' && !target.healthCheck) {
      return `Container '${container.name}' depends on container '${containerName}' being HEALTHY, which has no health check.`;
    }
    if ((condition === 'COMPLETE' || condition === 'SUCCESS') && target.essential !== false) {
      return `Container '${container.name}' depends on essential container '${containerName}' with condition ${condition}: an essential container can't be waited for to end.`;
    }
  }
  return undefined;
}

function circularDependency(containers: ContainerDefinition[]): string | undefined {
  const next = new Map(
    containers.map(({ name = '', dependsOn = [] }) => [name, dependsOn.map(({ containerName = '' }) => containerName)]),
  );
  const reaches = (from: string, goal: string, seen: Set<string>): boolean =>
    (next.get(from) ?? []).some((to) => to === goal || (!seen.has(to) && reaches(to, goal, seen.add(to))));
  const culprit = [...next.keys()].find((name) => reaches(name, name, new Set()));
  return culprit === undefined ? undefined : `Container '${culprit}' depends on itself through a circular dependency.`;
}
