import type * as ECS from '@aws-sdk/client-ecs';
import type { CreateServiceCommandInput, DeploymentConfiguration } from '@aws-sdk/client-ecs';
import type { Context } from '../../context.ts';
import type { Handlers } from '../../service.ts';
import { tagsFromList } from '../../tag-records.ts';
import { unmodelled } from '../../unmodelled.ts';
import { validPage } from '../../valid-page.ts';
import { nameOf, serviceArn } from '../arns.ts';
import { engineOf } from '../engine.ts';
import { clusterNotFound, invalidParameter, invalidToken, serviceNotActive, serviceNotFound } from '../errors.ts';
import { requireExecRole, requireFargate } from '../launch.ts';
import { activeCluster, activeTaskDefinition } from '../lookup.ts';
import { placementOf } from '../placement.ts';
import { newDeployment, roll } from '../services/deployments.ts';
import type { ClusterRecord, Placement, RolloutConfiguration, ServiceRecord, TaskDefinitionRecord } from '../state.ts';
import { serviceView } from '../views.ts';

const mostServicesPerCall = 10;
const usualServicesPerPage = 10;
const everything = ['TAGS'];

export const serviceOperations: Handlers<typeof ECS> = {
  CreateService(input, context) {
    const { serviceName: name = '', clientToken, desiredCount } = input;
    const cluster = activeCluster(context, input.cluster);
    if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) throw invalidParameter('Invalid service name.');
    const existing = cluster.services.get(name);
    if (existing?.status === 'ACTIVE') {
      if (clientToken !== undefined && existing.clientToken === clientToken)
        return { service: serviceView(existing, everything) };
      throw invalidParameter('Creation of service was not idempotent.');
    }
    if (existing?.status === 'DRAINING') throw invalidParameter('Unable to Start a service that is still Draining.');
    checkKinds(input);
    requireFargate(input, cluster);
    if (desiredCount === undefined || desiredCount < 0)
      throw invalidParameter('A desired count is required, not less than 0.');
    const definition = activeTaskDefinition(context, input.taskDefinition);
    if (input.enableExecuteCommand) requireExecRole(definition);
    const service = newService(input, context, { cluster, definition, desiredCount });
    cluster.services.set(name, service);
    engineOf(context.world).scheduler.schedule(service);
    return { service: serviceView(service, everything) };
  },

  UpdateService(input, context) {
    const service = knownService(activeCluster(context, input.cluster), input.service);
    if (service.status !== 'ACTIVE') throw serviceNotActive();
    const [primary] = service.deployments;
    if (!primary) throw serviceNotActive();
    const definition = input.taskDefinition ? activeTaskDefinition(context, input.taskDefinition) : primary.definition;
    const placement = input.networkConfiguration ? placementOf(context, input.networkConfiguration) : primary.placement;
    if (input.enableExecuteCommand) requireExecRole(definition);
    service.configuration = rolloutOf(input.deploymentConfiguration, service.configuration);
    service.desiredCount = input.desiredCount ?? service.desiredCount;
    service.enableExecuteCommand = input.enableExecuteCommand ?? service.enableExecuteCommand;
    service.enableManagedTags = input.enableECSManagedTags ?? service.enableManagedTags;
    service.propagateTags = input.propagateTags ?? service.propagateTags;
    if (input.forceNewDeployment || definition !== primary.definition || !samePlacement(placement, primary.placement)) {
      roll(context.world, service, newDeployment(context.world, definition, placement));
    }
    service.steady = false;
    engineOf(context.world).scheduler.schedule(service);
    return { service: serviceView(service, everything) };
  },

  DescribeServices({ cluster: reference, services: references = [], include = [] }, context) {
    const cluster = activeCluster(context, reference);
    if (references.length === 0) throw invalidParameter('Services cannot be empty.');
    if (references.length > mostServicesPerCall)
      throw invalidParameter(`At most ${mostServicesPerCall} services can be described at once.`);
    const found = references.map((service) => ({
      arn: service.startsWith('arn:') ? service : serviceArn(cluster, cluster.name, service),
      service: cluster.services.get(nameOf(service)),
    }));
    return {
      services: found.flatMap(({ service }) => (service ? [serviceView(service, include)] : [])),
      failures: found.flatMap(({ arn, service }) => (service ? [] : [{ arn, reason: 'MISSING' }])),
    };
  },

  ListServices({ cluster: reference, nextToken, maxResults = usualServicesPerPage, launchType = 'FARGATE' }, context) {
    const active = [...activeCluster(context, reference).services.values()].filter(
      ({ status }) => status === 'ACTIVE' && launchType === 'FARGATE',
    );
    const page = validPage(active, { token: nextToken, size: maxResults, invalid: invalidToken });
    return { serviceArns: page.items.map(({ arn }) => arn), nextToken: page.next };
  },

  DeleteService({ cluster: reference, service: serviceReference, force = false }, context) {
    const service = knownService(activeCluster(context, reference), serviceReference);
    if (service.status === 'ACTIVE') {
      if (service.desiredCount > 0 && !force) {
        throw invalidParameter('The service cannot be stopped while it is scaled above 0.');
      }
      service.status = 'DRAINING';
      service.desiredCount = 0;
      engineOf(context.world).scheduler.schedule(service);
    }
    return { service: serviceView(service, everything) };
  },
};

interface Resolved {
  cluster: ClusterRecord;
  definition: TaskDefinitionRecord;
  desiredCount: number;
}

function newService(
  input: CreateServiceCommandInput,
  context: Context,
  { cluster, definition, desiredCount }: Resolved,
): ServiceRecord {
  const name = input.serviceName ?? '';
  return {
    name,
    arn: serviceArn(context, cluster.name, name),
    cluster,
    status: 'ACTIVE',
    desiredCount,
    deployments: [newDeployment(context.world, definition, placementOf(context, input.networkConfiguration))],
    configuration: rolloutOf(input.deploymentConfiguration, {
      maximumPercent: 200,
      minimumHealthyPercent: 100,
      circuitBreaker: false,
      rollback: false,
    }),
    propagateTags: input.propagateTags ?? 'NONE',
    enableManagedTags: input.enableECSManagedTags ?? false,
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    tags: tagsFromList(input.tags),
    events: [],
    createdBy: context.principal.arn,
    createdAtMs: context.world.clock.now(),
    clientToken: input.clientToken,
    retryAtMs: 0,
    steady: false,
  };
}

/** @throws AwsError ServiceNotFoundException, ServiceNotActiveException */
function knownService(cluster: ClusterRecord, reference = ''): ServiceRecord {
  if (cluster.status !== 'ACTIVE') throw clusterNotFound();
  const service = cluster.services.get(nameOf(reference));
  if (!service) throw serviceNotFound();
  if (service.status === 'INACTIVE') throw serviceNotActive();
  return service;
}

interface Kinds {
  schedulingStrategy?: string | undefined;
  deploymentController?: { type?: string | undefined } | undefined;
}

function checkKinds({ schedulingStrategy = 'REPLICA', deploymentController }: Kinds): void {
  if (schedulingStrategy !== 'REPLICA') {
    throw invalidParameter(`Scheduling strategy ${schedulingStrategy} is not supported by this sandbox: use REPLICA.`);
  }
  const type = deploymentController?.type ?? 'ECS';
  if (type !== 'ECS')
    throw invalidParameter(`Deployment controller ${type} is not supported by this sandbox: use ECS.`);
}

const configurationNames = new Set(['maximumPercent', 'minimumHealthyPercent', 'deploymentCircuitBreaker', 'strategy']);

function rolloutOf(configuration: DeploymentConfiguration = {}, present: RolloutConfiguration): RolloutConfiguration {
  const strange = unmodelled(configuration, configurationNames).filter(
    (name) => name !== 'bakeTimeInMinutes' || configuration.bakeTimeInMinutes,
  );
  const {
    strategy = 'ROLLING',
    deploymentCircuitBreaker: breaker,
    maximumPercent,
    minimumHealthyPercent,
  } = configuration;
  if (strategy !== 'ROLLING') strange.push(`strategy ${strategy}`);
  if (strange.length > 0)
    throw invalidParameter(`The deployment configuration ${strange.join(', ')} is not supported by this sandbox.`);
  return {
    maximumPercent: maximumPercent ?? present.maximumPercent,
    minimumHealthyPercent: minimumHealthyPercent ?? present.minimumHealthyPercent,
    circuitBreaker: breaker?.enable ?? present.circuitBreaker,
    rollback: breaker?.rollback ?? present.rollback,
  };
}

const samePlacement = (a: Placement, b: Placement) =>
  a.assignPublicIp === b.assignPublicIp &&
  a.subnets.toSorted().join() === b.subnets.toSorted().join() &&
  a.securityGroups.toSorted().join() === b.securityGroups.toSorted().join();
