import { DescribeNetworkInterfacesCommand } from '@aws-sdk/client-ec2';
import type { Task } from '@aws-sdk/client-ecs';
import type { AwsClients } from '@meshbed/clients/aws';
import { interfaceOf } from './tasks.ts';

/** Ids of the security groups of a task's network interface. */
export async function taskGroups({ ec2 }: AwsClients, task: Task): Promise<string[]> {
  const { eniId } = interfaceOf(task);
  if (eniId === undefined) return [];
  const { NetworkInterfaces = [] } = await ec2.send(
    new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [eniId] }),
  );
  return NetworkInterfaces.flatMap(({ Groups = [] }) => Groups.flatMap(({ GroupId }) => GroupId ?? []));
}
