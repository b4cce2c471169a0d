import type { Attachment, Cluster, Container, Deployment, Service, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import { macAddress, privateDnsName } from '../ec2/addressing.ts';
import { tagsToList } from '../tag-records.ts';
import { isPending, isRunning, tasksOf } from './services/tasks.ts';
import {
  type ClusterRecord,
  type ContainerRecord,
  type DeploymentRecord,
  hasHealthCheck,
  healthOf,
  type Placement,
  type ServiceRecord,
  type TaskDefinitionRecord,
  type TaskRecord,
} from './state.ts';

const platform = { platformVersion: '1.4.0', platformFamily: 'Linux' };
const date = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms));

export function clusterView(cluster: ClusterRecord, include: readonly string[] = []): Cluster {
  const tasks = [...cluster.tasks.values()];
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: cluster.status,
    registeredContainerInstancesCount: 0,
    runningTasksCount: tasks.filter(isRunning).length,
    pendingTasksCount: tasks.filter(isPending).length,
    activeServicesCount: [...cluster.services.values()].filter(({ status }) => status === 'ACTIVE').length,
    statistics: [],
    tags: include.includes('TAGS') ? tagsToList(cluster.tags) : [],
    settings: include.includes('SETTINGS') ? cluster.settings : [],
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultStrategy,
    ...(cluster.execute && include.includes('CONFIGURATIONS')
      ? { configuration: { executeCommandConfiguration: cluster.execute } }
      : {}),
  };
}

export function taskDefinitionView(definition: TaskDefinitionRecord): TaskDefinition {
  const { input } = definition;
  return {
    taskDefinitionArn: definition.arn,
    containerDefinitions: definition.containers.map((container) => ({ ...container })),
    family: definition.family,
    taskRoleArn: input.taskRoleArn,
    executionRoleArn: input.executionRoleArn,
    networkMode: input.networkMode,
    revision: definition.revision,
    volumes: [],
    status: definition.status,
    placementConstraints: [],
    compatibilities: ['EC2', 'FARGATE'],
    runtimePlatform: input.runtimePlatform,
    requiresCompatibilities: input.requiresCompatibilities,
    cpu: input.cpu,
    memory: input.memory,
    ...(input.ephemeralStorage ? { ephemeralStorage: input.ephemeralStorage } : {}),
    registeredAt: new Date(definition.registeredAtMs),
    registeredBy: definition.registeredBy,
    deregisteredAt: date(definition.deregisteredAtMs),
    deleteRequestedAt: date(definition.deleteRequestedAtMs),
  };
}

const networkConfiguration = (placement: Placement) => ({ awsvpcConfiguration: { ...placement } });

function deploymentView(deployment: DeploymentRecord, service: ServiceRecord): Deployment {
  const tasks = tasksOf(service).filter(({ startedBy }) => startedBy === deployment.id);
  return {
    id: deployment.id,
    status: deployment.status,
    taskDefinition: deployment.definition.arn,
    desiredCount: deployment.status === 'PRIMARY' ? service.desiredCount : 0,
    pendingCount: tasks.filter(isPending).length,
    runningCount: tasks.filter(isRunning).length,
    failedTasks: deployment.failedTasks,
    createdAt: new Date(deployment.createdAtMs),
    updatedAt: new Date(deployment.updatedAtMs),
    launchType: 'FARGATE',
    ...platform,
    networkConfiguration: networkConfiguration(deployment.placement),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  };
}

export function serviceView(service: ServiceRecord, include: readonly string[] = []): Service {
  const tasks = tasksOf(service);
  const [primary] = service.deployments;
  const { circuitBreaker: enable, rollback, ...percents } = service.configuration;
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    loadBalancers: [],
    serviceRegistries: [],
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: tasks.filter(isRunning).length,
    pendingCount: tasks.filter(isPending).length,
    launchType: 'FARGATE',
    ...platform,
    taskDefinition: primary?.definition.arn,
    deploymentConfiguration: {
      ...percents,
      deploymentCircuitBreaker: { enable, rollback },
      strategy: 'ROLLING',
    },
    deployments: service.deployments.map((deployment) => deploymentView(deployment, service)),
    roleArn: `arn:aws:iam::${service.cluster.account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
    events: service.events.map(({ id, atMs, message }) => ({ id, createdAt: new Date(atMs), message })),
    createdAt: new Date(service.createdAtMs),
    placementConstraints: [],
    placementStrategy: [],
    ...(primary ? { networkConfiguration: networkConfiguration(primary.placement) } : {}),
    healthCheckGracePeriodSeconds: 0,
    schedulingStrategy: 'REPLICA',
    deploymentController: { type: 'ECS' },
    ...(include.includes('TAGS') ? { tags: tagsToList(service.tags) } : {}),
    createdBy: service.createdBy,
    enableECSManagedTags: service.enableManagedTags,
    propagateTags: service.propagateTags,
    enableExecuteCommand: service.enableExecuteCommand,
    availabilityZoneRebalancing: 'DISABLED',
  };
}

export function taskView(task: TaskRecord, include: readonly string[] = []): Task {
  const { times, definition, cluster, eni } = task;
  return {
    taskArn: task.arn,
    clusterArn: cluster.arn,
    taskDefinitionArn: definition.arn,
    group: task.group,
    startedBy: task.startedBy,
    launchType: 'FARGATE',
    ...platform,
    availabilityZone: task.zone,
    cpu: task.overrides.cpu ?? definition.input.cpu,
    memory: task.overrides.memory ?? definition.input.memory,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    healthStatus: healthOf(task),
    enableExecuteCommand: task.enableExecuteCommand,
    connectivity: eni ? 'CONNECTED' : undefined,
    connectivityAt: date(times.connectivityAtMs),
    createdAt: date(times.createdAtMs),
    pullStartedAt: date(times.pullStartedAtMs),
    pullStoppedAt: date(times.pullStoppedAtMs),
    startedAt: date(times.startedAtMs),
    stoppingAt: date(times.stoppingAtMs),
    executionStoppedAt: date(times.executionStoppedAtMs),
    stoppedAt: date(times.stoppedAtMs),
    stopCode: task.stop?.code,
    stoppedReason: task.stop?.reason,
    attachments: [attachmentView(task)],
    attributes: [{ name: 'ecs.cpu-architecture', value: 'x86_64' }],
    containers: task.containers.map((container) => containerView(container, task)),
    overrides: { containerOverrides: task.containers.map(({ name }) => ({ name })), ...task.overrides },
    ...(include.includes('TAGS') ? { tags: tagsToList(task.tags) } : { tags: [] }),
    version: task.version,
  };
}

function attachmentView(task: TaskRecord): Attachment {
  const { eni, placement, attachmentId } = task;
  const [ip = ''] = eni?.ips ?? [];
  const details = eni
    ? [
        { name: 'subnetId', value: eni.subnetId },
        { name: 'networkInterfaceId', value: eni.id },
        { name: 'macAddress', value: macAddress(ip) },
        { name: 'privateDnsName', value: privateDnsName(ip, eni.region) },
        { name: 'privateIPv4Address', value: ip },
      ]
    : [{ name: 'subnetId', value: placement.subnets[0] }];
  return { id: attachmentId, type: 'ElasticNetworkInterface', status: attachmentStatus(task), details };
}

function attachmentStatus({ eni, lastStatus }: TaskRecord): string {
  if (lastStatus === 'STOPPED') return 'DELETED';
  return eni ? 'ATTACHED' : 'PRECREATED';
}

function containerView(container: ContainerRecord, task: TaskRecord): Container {
  const [ip] = task.eni?.ips ?? [];
  const { status, startedAtMs, reason } = task.agent;
  return {
    containerArn: container.arn,
    taskArn: task.arn,
    name: container.name,
    image: container.definition.image,
    ...(container.lastStatus === 'PENDING' ? {} : { runtimeId: container.runtimeId }),
    lastStatus: container.lastStatus,
    exitCode: container.exitCode,
    reason: container.reason,
    networkBindings: [],
    networkInterfaces: ip === undefined ? [] : [{ attachmentId: task.attachmentId, privateIpv4Address: ip }],
    healthStatus: hasHealthCheck(container) ? container.health : 'UNKNOWN',
    ...(task.enableExecuteCommand
      ? {
          managedAgents: [
            { name: 'ExecuteCommandAgent' as const, lastStatus: status, lastStartedAt: date(startedAtMs), reason },
          ],
        }
      : {}),
    cpu: String(container.definition.cpu ?? 0),
  };
}
