import { DescribeTasksCommand, ListTasksCommand, type ECSClient, type Task } from '@aws-sdk/client-ecs';

export interface TaskSelection {
  cluster: string;
  service: string;
}

/** Tasks of a service, newest first. Stopped ones stay visible for about an hour. */
export async function tasksOf(
  ecs: ECSClient,
  { cluster, service }: TaskSelection,
  desiredStatus: 'RUNNING' | 'STOPPED',
): Promise<Task[]> {
  const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, serviceName: service, desiredStatus }));
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  return tasks.toSorted((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
}

/** What ECS says about the network interface of a task. */
export interface TaskInterface {
  eniId: string | undefined;
  ip: string | undefined;
  /** `ip-192-168-0-10.us-east-2.compute.internal` */
  hostname: string | undefined;
}

export function interfaceOf({ attachments = [] }: Task): TaskInterface {
  const details = attachments.find(({ type }) => type === 'ElasticNetworkInterface')?.details ?? [];
  const value = (name: string) => details.find((detail) => detail.name === name)?.value;
  return { eniId: value('networkInterfaceId'), ip: value('privateIPv4Address'), hostname: value('privateDnsName') };
}

/** The last part of the ARN. */
export function taskId({ taskArn = '' }: Task): string {
  return taskArn.split('/').at(-1) ?? taskArn;
}
