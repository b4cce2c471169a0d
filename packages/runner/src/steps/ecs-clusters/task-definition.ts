import {
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  type ContainerDefinition,
  type RegisterTaskDefinitionCommandInput,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { errorCode, type AwsClients } from '@meshbed/clients/aws';
import { names } from '../../configuration/index.ts';
import { taskRoleArn } from '../infrastructure-iam/task-role.ts';
import type { StepContext } from '../types.ts';
import { workloads, type EcsWorkload } from './workloads.ts';

export interface BaseRevision {
  arn: string;
}

export interface WantedBase {
  workload: EcsWorkload;
  serviceAccount: string;
}

/**
 * What a service runs before it is enrolled. The family is shared by all clusters of the account and its latest revision
 * may have been enrolled for one of them: then there has to be another without a ztunnel.
 */
export async function ensureBaseRevision(
  step: StepContext,
  aws: AwsClients,
  wanted: WantedBase,
): Promise<BaseRevision> {
  const { ecs } = aws;
  const { family } = workloads[wanted.workload];
  const register = async () => {
    const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(definitionOf(step, aws, wanted)));
    return taskDefinition as TaskDefinition;
  };
  const { taskDefinitionArn: arn = '' } = await step.ensure<TaskDefinition>({
    kind: 'task definition',
    name: family,
    find: () => findRevision(aws, family),
    differs: (found) =>
      isEnrolled(found) ? 'it is enrolled for one cluster' : differenceOf(step, aws, wanted.workload, found),
    create: register,
    update: register,
  });
  return { arn };
}

const isEnrolled = ({ containerDefinitions = [] }: TaskDefinition) =>
  containerDefinitions.some(({ name }) => name === 'ztunnel');

/** By ARN, or the latest of a family. */
export async function findRevision({ ecs }: AwsClients, reference: string): Promise<TaskDefinition | undefined> {
  try {
    return (await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: reference }))).taskDefinition;
  } catch (error) {
    // One that doesn't exist is a ClientException here, not a not-found.
    if (errorCode(error) === 'ClientException') return undefined;
    throw error;
  }
}

/** In which way a revision isn't what the workload should run; enrolment only adds to it. */
export function differenceOf(
  step: StepContext,
  { access }: AwsClients,
  workload: EcsWorkload,
  { containerDefinitions = [], taskRoleArn: role, status = 'ACTIVE' }: TaskDefinition,
): string | undefined {
  // One that was deregistered or deleted runs on, but starts no new task.
  if (status !== 'ACTIVE') return `its task definition is ${status}`;
  const wanted = container(step, workload);
  const found = containerDefinitions.find(({ name }) => name === wanted.name);
  if (!found) return `it has no container ${wanted.name}`;
  if (found.image !== wanted.image) return `its image is ${found.image}`;
  return role === taskRoleArn(access.id) ? undefined : `its role is ${role}`;
}

function definitionOf(
  step: StepContext,
  { access }: AwsClients,
  { workload, serviceAccount }: WantedBase,
): RegisterTaskDefinitionCommandInput {
  const roleArn = taskRoleArn(access.id);
  return {
    family: workloads[workload].family,
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    cpu: '256',
    memory: '512',
    taskRoleArn: roleArn,
    executionRoleArn: roleArn,
    containerDefinitions: [container(step, workload)],
    tags: [
      { key: 'ecs.solo.io/service-account', value: serviceAccount },
      { key: 'environment', value: 'ecs-demo' },
    ],
  };
}

function container(step: StepContext, workload: EcsWorkload): ContainerDefinition {
  const { containerName, port, streamPrefix, command } = workloads[workload];
  return {
    name: containerName,
    image: step.configuration.images[workload],
    essential: true,
    ...(command === undefined ? {} : { command: [...command] }),
    portMappings: [{ containerPort: port, hostPort: port, protocol: 'tcp' }],
    // Traffic enters the mesh through the ztunnel container of the same task.
    environment: [{ name: 'ALL_PROXY', value: 'socks5h://127.0.0.1:15080' }],
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': names.logGroup,
        'awslogs-region': step.target.region,
        'awslogs-stream-prefix': streamPrefix,
      },
    },
  };
}
