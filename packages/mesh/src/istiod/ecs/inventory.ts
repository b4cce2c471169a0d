/** What ECS says about the clusters of one account and region. */
import {
  type Cluster,
  type ContainerDefinition,
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  paginateListClusters,
  paginateListServices,
  paginateListTasks,
  type Service,
  type Tag,
  type Task,
} from '@aws-sdk/client-ecs';
import { inParallel } from '../../in-parallel.ts';

export interface EcsService {
  name: string;
  arn: string;
  cluster: string;
  tags: ReadonlyMap<string, string>;
  /** TCP and UDP mappings of its containers, ztunnel's not included. */
  portMappings: NonNullable<ContainerDefinition['portMappings']>;
  tasks: readonly EcsTask[];
}

export interface EcsTask {
  id: string;
  arn: string;
  ip: string;
  zone: string | undefined;
  tags: ReadonlyMap<string, string>;
  /** Has a running ztunnel container that its health check found healthy. */
  inMesh: boolean;
}

export interface Inventory {
  clusters: string[];
  services: EcsService[];
}

const discoveryTag = 'ecs.solo.io/discovery-enabled';
const ztunnelContainer = 'ztunnel';
const clustersAtOnce = 4;
/** Limits of the API per call. */
const batch = { clusters: 100, services: 10, tasks: 100 };

/** Port mappings by the ARN of the task definition, whose revisions never change. */
export type KnownDefinitions = Map<string, EcsService['portMappings']>;

/** Asks only for task definitions that are not in `known`, and adds them. @throws the SDK's errors. */
export async function takeInventory(client: ECSClient, known: KnownDefinitions): Promise<Inventory> {
  const clusters = await discoverableClusters(client);
  const services = await inParallel(clusters, clustersAtOnce, (cluster) => servicesOf(client, cluster, known));
  return { clusters: clusters.map(({ clusterName }) => clusterName ?? ''), services: services.flat() };
}

async function discoverableClusters(client: ECSClient): Promise<Cluster[]> {
  const arns = await all(paginateListClusters({ client }, {}), ({ clusterArns }) => clusterArns);
  const described: Cluster[] = [];
  for (const some of chunks(arns, batch.clusters)) {
    const { clusters = [] } = await client.send(new DescribeClustersCommand({ clusters: some, include: ['TAGS'] }));
    described.push(...clusters);
  }
  return described.filter(({ status, tags }) => status === 'ACTIVE' && tagMap(tags).get(discoveryTag) === 'true');
}

async function servicesOf(client: ECSClient, cluster: Cluster, known: KnownDefinitions): Promise<EcsService[]> {
  const name = cluster.clusterArn ?? '';
  const [services, tasks] = await Promise.all([describeServices(client, name), describeTasks(client, name)]);
  const active = services.filter(({ status }) => status === 'ACTIVE');
  return Promise.all(
    active.map(async (service) => ({
      name: service.serviceName ?? '',
      arn: service.serviceArn ?? '',
      cluster: cluster.clusterName ?? '',
      tags: tagMap(service.tags),
      portMappings: await portMappingsOf(client, service, known),
      tasks: tasks.filter((task) => serviceNameOf(task) === service.serviceName).flatMap(usable),
    })),
  );
}

async function describeServices(client: ECSClient, cluster: string): Promise<Service[]> {
  const arns = await all(paginateListServices({ client }, { cluster }), ({ serviceArns }) => serviceArns);
  const described: Service[] = [];
  for (const some of chunks(arns, batch.services)) {
    const command = new DescribeServicesCommand({ cluster, services: some, include: ['TAGS'] });
    described.push(...((await client.send(command)).services ?? []));
  }
  return described;
}

async function describeTasks(client: ECSClient, cluster: string): Promise<Task[]> {
  const arns = await all(paginateListTasks({ client }, { cluster }), ({ taskArns }) => taskArns);
  const described: Task[] = [];
  for (const some of chunks(arns, batch.tasks)) {
    const command = new DescribeTasksCommand({ cluster, tasks: some, include: ['TAGS'] });
    described.push(...((await client.send(command)).tasks ?? []));
  }
  return described;
}

async function portMappingsOf(
  client: ECSClient,
  { taskDefinition = '' }: Service,
  known: KnownDefinitions,
): Promise<EcsService['portMappings']> {
  const found = known.get(taskDefinition);
  if (found) return found;
  const answer = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  const containers = answer.taskDefinition?.containerDefinitions ?? [];
  const mappings = containers.flatMap(({ name, portMappings = [] }) => (name === ztunnelContainer ? [] : portMappings));
  known.set(taskDefinition, mappings);
  return mappings;
}

/** From the tag that AWS puts on a service's tasks, else from the task's group. */
function serviceNameOf({ tags, group = '' }: Task): string | undefined {
  return tagMap(tags).get('aws:ecs:serviceName') ?? /^service:(.+)$/.exec(group)?.[1];
}

/** Running and staying, with an address; nothing otherwise. */
function usable(task: Task): EcsTask[] {
  const { lastStatus, desiredStatus, healthStatus, taskArn = '', containers = [] } = task;
  const ip = addressOf(task);
  if (lastStatus !== 'RUNNING' || desiredStatus !== 'RUNNING' || healthStatus === 'UNHEALTHY' || !ip) return [];
  const ztunnel = containers.find(({ name }) => name === ztunnelContainer);
  const inMesh = ztunnel?.lastStatus === 'RUNNING' && ztunnel.healthStatus === 'HEALTHY';
  return [
    {
      id: taskArn.split('/').at(-1) ?? '',
      arn: taskArn,
      ip,
      zone: task.availabilityZone,
      tags: tagMap(task.tags),
      inMesh,
    },
  ];
}

function addressOf({ attachments = [], containers = [] }: Task): string | undefined {
  const details = attachments.flatMap((attachment) => attachment.details ?? []);
  const attached = details.find(({ name }) => name === 'privateIPv4Address')?.value;
  return attached ?? containers.flatMap(({ networkInterfaces = [] }) => networkInterfaces)[0]?.privateIpv4Address;
}

const tagMap = (tags: readonly Tag[] = []): ReadonlyMap<string, string> =>
  new Map(tags.map(({ key = '', value = '' }) => [key, value]));

async function all<P>(pages: AsyncIterable<P>, of: (page: P) => string[] | undefined): Promise<string[]> {
  const found: string[] = [];
  for await (const page of pages) found.push(...(of(page) ?? []));
  return found;
}

function chunks(list: readonly string[], size: number): string[][] {
  const parts: string[][] = [];
  for (let start = 0; start < list.length; start += size) parts.push(list.slice(start, start + size));
  return parts;
}
