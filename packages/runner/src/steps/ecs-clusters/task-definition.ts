import {
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  type ContainerDefinition,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { errorCode } from '@meshbed/clients/aws';
import { names } from '../../configuration.ts';
import { taskRoleArn } from '../infrastructure-iam/task-role.ts';
import type { StepContext } from '../types.ts';
import { workloads, type EcsWorkload } from './workloads.ts';

/**
 * Registers a revision unless the latest one has our container as wanted; enrolment only adds to it.
 * Returns the ARN of the revision.
 */
export async function ensureTaskDefinition(step: StepContext, workload: EcsWorkload): Promise<string> {
  const { ecs, access } = step.local;
  const { family } = workloads[workload];
  const roleArn = taskRoleArn(access.id);
  const wanted = container(step, workload);
  const register = async () => {
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({
        family,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        taskRoleArn: roleArn,
        executionRoleArn: roleArn,
        containerDefinitions: [wanted],
        tags: tags(step),
      }),
    );
    return taskDefinition as TaskDefinition;
  };
  const { taskDefinitionArn = '' } = await step.ensure<TaskDefinition>({
    kind: 'task definition',
    name: family,
    async find() {
      try {
        return (await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: family }))).taskDefinition;
      } catch (error) {
        // A family that doesn't exist is a ClientException here, not a not-found.
        if (errorCode(error) === 'ClientException') return undefined;
        throw error;
      }
    },
    differs: (found) => difference(found, wanted, roleArn),
    create: register,
    update: register,
  });
  return taskDefinitionArn;
}

function difference(
  { containerDefinitions = [], taskRoleArn: role }: TaskDefinition,
  wanted: ContainerDefinition,
  roleArn: string,
) {
  const found = containerDefinitions.find(({ name }) => name === wanted.name);
  if (!found) return `it has no container ${wanted.name}`;
  if (found.image !== wanted.image) return `its image is ${found.image}`;
  return role === roleArn ? undefined : `its role is ${role}`;
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

function tags({ scenario: { ecsClusters } }: StepContext) {
  const [cluster] = ecsClusters;
  return [
    { key: 'ecs.solo.io/service-account', value: cluster?.serviceAccount ?? 'default' },
    { key: 'environment', value: 'ecs-demo' },
  ];
}
