import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeTaskDefinitionCommand, type Task } from '@aws-sdk/client-ecs';
import { isNotFound, type AwsClients } from '@meshbed/clients/aws';
import { taskId } from '../aws/tasks.ts';

const container = 'ztunnel';

/** The latest lines of a task's ztunnel, from the log stream `prefix/container/task` that its definition names. */
export async function taskZtunnelLines({ ecs, logs }: AwsClients, task: Task): Promise<string[]> {
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: task.taskDefinitionArn }),
  );
  const options = taskDefinition?.containerDefinitions?.find(({ name }) => name === container)?.logConfiguration
    ?.options;
  if (!options) return [];
  const logStreamName = `${options['awslogs-stream-prefix']}/${container}/${taskId(task)}`;
  try {
    const { events = [] } = await logs.send(
      new GetLogEventsCommand({
        logGroupName: options['awslogs-group'],
        logStreamName,
        startFromHead: false,
        limit: 2000,
      }),
    );
    return events.flatMap(({ message }) => message ?? []);
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}
