/** What ECS says of the clusters of one account. */
import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  paginateListClusters,
  paginateListServices,
  paginateListTasks,
  type Cluster,
  type ECSClient,
  type Service,
  type Tag,
  type Task,
} from '@aws-sdk/client-ecs';
import type { AwsClients } from '@meshbed/clients/aws';
import { interfaceOf, taskId } from '../../aws/tasks.ts';
import { names } from '../../configuration/names.ts';
import { bootstrapOf } from '../../mesh/bootstrap.ts';
import type { EcsCluster, EcsTask, TaskDefinitionFacts } from './types.ts';

const sidecar = 'ztunnel';
/** Limits of the API per call. */
const batch = { clusters: 100, services: 10, tasks: 100 };

export async function readEcs({ ecs, access: { id: account } }: AwsClients): Promise<EcsCluster[]> {
  const arns = await all(paginateListClusters({ client: ecs }, {}), ({ clusterArns }) => clusterArns);
  const clusters = await inBatches(arns, batch.clusters, async (some) => {
    return (await ecs.send(new DescribeClustersCommand({ clusters: some, include: ['TAGS'] }))).clusters;
  });
  const active = clusters.filter(({ status }) => status === 'ACTIVE');
  return Promise.all(active.map((cluster) => readCluster(ecs, cluster, account)));
}

async function readCluster(ecs: ECSClient, cluster: Cluster, account: string): Promise<EcsCluster> {
  const { clusterArn = '', clusterName = '' } = cluster;
  const [services, tasks] = await Promise.all([readServices(ecs, clusterArn), readTasks(ecs, clusterArn)]);
  const active = services.filter(({ status }) => status === 'ACTIVE');
  const definitions = await readDefinitions(ecs, active);
  return {
    account,
    name: clusterName,
    arn: clusterArn,
    discoverable: tagsOf(cluster.tags)[names.discoveryTag] === 'true',
    services: active.map(({ serviceName = '', serviceArn = '', tags, taskDefinition = '', desiredCount = 0 }) => ({
      account,
      cluster: clusterName,
      name: serviceName,
      arn: serviceArn,
      tags: tagsOf(tags),
      definition: definitions.get(taskDefinition),
      desiredCount,
      tasks: tasks.filter(({ group }) => group === `service:${serviceName}`).map(taskFact),
    })),
  };
}

async function readServices(ecs: ECSClient, cluster: string): Promise<Service[]> {
  const arns = await all(paginateListServices({ client: ecs }, { cluster }), ({ serviceArns }) => serviceArns);
  return inBatches(arns, batch.services, async (services) => {
    return (await ecs.send(new DescribeServicesCommand({ cluster, services, include: ['TAGS'] }))).services;
  });
}

async function readTasks(ecs: ECSClient, cluster: string): Promise<Task[]> {
  const arns = await all(paginateListTasks({ client: ecs }, { cluster }), ({ taskArns }) => taskArns);
  return inBatches(arns, batch.tasks, async (tasks) => {
    return (await ecs.send(new DescribeTasksCommand({ cluster, tasks }))).tasks;
  });
}

async function readDefinitions(
  ecs: ECSClient,
  services: readonly Service[],
): Promise<ReadonlyMap<string, TaskDefinitionFacts>> {
  const arns = [...new Set(services.flatMap(({ taskDefinition }) => taskDefinition ?? []))];
  return new Map(await Promise.all(arns.map(async (arn) => [arn, await readDefinition(ecs, arn)] as const)));
}

async function readDefinition(ecs: ECSClient, arn: string): Promise<TaskDefinitionFacts> {
  const { taskDefinition } = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: arn }));
  const containers = taskDefinition?.containerDefinitions ?? [];
  const ztunnel = containers.find(({ name }) => name === sidecar);
  const istiodAddress = ztunnel && bootstrapOf(ztunnel).istiodAddress;
  return {
    arn,
    taskRoleArn: taskDefinition?.taskRoleArn,
    hasSidecar: ztunnel !== undefined,
    ...(istiodAddress === undefined ? {} : { istiodAddress }),
  };
}

function taskFact(task: Task): EcsTask {
  const { eniId, ip } = interfaceOf(task);
  const ztunnel = task.containers?.find(({ name }) => name === sidecar);
  return {
    id: taskId(task),
    arn: task.taskArn ?? '',
    status: task.lastStatus ?? '',
    ip,
    eniId,
    definitionArn: task.taskDefinitionArn ?? '',
    ztunnel: ztunnel && (ztunnel.healthStatus ?? 'UNKNOWN'),
  };
}

const tagsOf = (tags: readonly Tag[] = []): Record<string, string> =>
  Object.fromEntries(tags.map(({ key = '', value = '' }) => [key, value]));

async function all<P>(pages: AsyncIterable<P>, of: (page: P) => string[] | undefined): Promise<string[]> {
  const found: string[] = [];
  for await (const page of pages) found.push(...(of(page) ?? []));
  return found;
}

async function inBatches<T>(
  list: readonly string[],
  size: number,
  read: (some: string[]) => Promise<T[] | undefined>,
): Promise<T[]> {
  const batches = Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
  return (await Promise.all(batches.map(read))).flatMap((items) => items ?? []);
}
