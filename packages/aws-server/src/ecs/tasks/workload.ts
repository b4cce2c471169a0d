import type { ContainerDefinition, HealthCheck as EcsHealthCheck, KeyValuePair } from '@aws-sdk/client-ecs';
import type { ContainerSpec, HealthCheck, LinkLocalService, WorkloadSpec } from '@meshbed/core';
import type { NetworkInterface } from '@meshbed/fabric';
import { privateDnsName } from '../../ec2/addressing.ts';
import type { ContainerRecord, TaskRecord } from '../state.ts';

const seconds = 1000;
const credentialsAddress = '169.254.170.2:80';

/** The task as the runtime starts it; `credentials` serves the task role, when there is one. */
export function workloadOf(
  task: TaskRecord,
  eni: NetworkInterface,
  credentials: { path: string; service: LinkLocalService } | undefined,
): WorkloadSpec {
  const [ip = ''] = eni.ips;
  const base = environmentOf(task, credentials?.path);
  return {
    id: task.arn,
    hostname: privateDnsName(ip, eni.region),
    network: { eniId: eni.id, ip },
    containers: task.containers.map((container) => containerOf(container, task, base)),
    linkLocal: new Map(credentials ? [[credentialsAddress, credentials.service]] : []),
  };
}

function environmentOf(
  { cluster: { region } }: TaskRecord,
  credentialsPath: string | undefined,
): Record<string, string> {
  return {
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    AWS_REGION: region,
    ...(credentialsPath === undefined ? {} : { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: credentialsPath }),
  };
}

function containerOf(
  { name, definition }: ContainerRecord,
  task: TaskRecord,
  base: Record<string, string>,
): ContainerSpec {
  const overrides = task.overrides.containerOverrides?.find((override) => override.name === name);
  const command = overrides?.command ?? definition.command;
  const healthCheck = healthCheckOf(definition.healthCheck);
  return {
    name,
    image: definition.image ?? '',
    ...(definition.entryPoint?.length ? { entryPoint: definition.entryPoint } : {}),
    ...(command?.length ? { command } : {}),
    env: { ...base, ...variables(definition.environment), ...variables(overrides?.environment) },
    ports: (definition.portMappings ?? []).flatMap(({ containerPort }) => containerPort ?? []),
    dependsOn: dependenciesOf(definition),
    ...(healthCheck ? { healthCheck } : {}),
    files: new Map(),
  };
}

const variables = (pairs: readonly KeyValuePair[] = []) =>
  Object.fromEntries(pairs.map(({ name = '', value = '' }) => [name, value]));

const dependenciesOf = ({ dependsOn = [] }: ContainerDefinition) =>
  dependsOn.map(({ containerName = '', condition }) => ({
    container: containerName,
    condition: condition ?? 'START',
  }));

/** ECS fills what is left out with 30 s, 5 s, 3 retries and no start period. */
function healthCheckOf(check: EcsHealthCheck | undefined): HealthCheck | undefined {
  const [kind, ...words] = check?.command ?? [];
  if (!check || kind === 'NONE') return undefined;
  return {
    test: { command: kind === 'CMD-SHELL' ? ['/bin/sh', '-c', words.join(' ')] : words },
    intervalMs: (check.interval ?? 30) * seconds,
    timeoutMs: (check.timeout ?? 5) * seconds,
    retries: check.retries ?? 3,
    startPeriodMs: (check.startPeriod ?? 0) * seconds,
  };
}
