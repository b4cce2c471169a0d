import {
  CreateServiceCommand,
  DescribeServicesCommand,
  UpdateServiceCommand,
  type ECSClient,
  type Service,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { AwsClients } from '@meshbed/clients/aws';
import { ready, waiting } from '@meshbed/core';
import { tasksOf } from '../../aws/tasks.ts';
import type { StepContext } from '../types.ts';
import type { Placement } from './placement.ts';
import { differenceOf, findRevision, type BaseRevision } from './task-definition.ts';
import { workloads, type EcsWorkload } from './workloads.ts';

export interface WantedService {
  cluster: string;
  workload: EcsWorkload;
  placement: Placement;
  /** Where its tasks log. */
  logGroup: { createdMs: number };
  /** What it starts with. */
  base: (workload: EcsWorkload) => Promise<BaseRevision>;
}

interface Running {
  service: Service;
  revision: TaskDefinition | undefined;
  /** A task began before its log group: its streams went with the old one, and what it writes is lost. */
  isUnheard: boolean;
}

/**
 * Returns the name of the service. One that is still going away under the same name is waited for; one that runs
 * something else starts again from the base revision.
 */
export async function ensureService(step: StepContext, aws: AwsClients, wanted: WantedService): Promise<string> {
  const { ecs } = aws;
  const { cluster, workload, placement, logGroup, base } = wanted;
  const { service: serviceName } = workloads[workload];
  const key = { cluster, service: serviceName };
  await awaitDrained(step, ecs, key);
  await step.ensure<Running>({
    kind: 'ECS service',
    name: `${cluster}/${serviceName}`,
    async find() {
      const service = await describeService(ecs, key);
      if (service?.status !== 'ACTIVE') return undefined;
      const tasks = await tasksOf(ecs, key, 'RUNNING');
      const isUnheard = tasks.some(({ createdAt }) => (createdAt?.getTime() ?? Infinity) < logGroup.createdMs);
      return { service, revision: await findRevision(aws, service.taskDefinition ?? ''), isUnheard };
    },
    differs({ service, revision, isUnheard }) {
      if (!revision) return 'its task definition is gone';
      const difference = differenceOf(step, aws, workload, revision) ?? misplaced(service, placement);
      return difference ?? (isUnheard ? 'its log group is newer than its task, whose log is lost' : undefined);
    },
    async create() {
      const { arn } = await base(workload);
      const { service } = await ecs.send(
        new CreateServiceCommand({
          cluster,
          serviceName,
          taskDefinition: arn,
          desiredCount: 1,
          launchType: 'FARGATE',
          enableExecuteCommand: true,
          networkConfiguration: { awsvpcConfiguration: placement },
          tags: [{ key: 'environment', value: 'ecs-demo' }],
        }),
      );
      return { service: service as Service, revision: undefined, isUnheard: false };
    },
    async update({ service: found, revision, isUnheard }) {
      // What is only in the wrong place keeps its revision, and with it its enrolment.
      const kept = revision && differenceOf(step, aws, workload, revision) === undefined;
      const taskDefinition = kept ? found.taskDefinition : (await base(workload)).arn;
      const desiredCount = Math.max(found.desiredCount ?? 0, 1);
      const networkConfiguration = { awsvpcConfiguration: placement };
      const { service } = await ecs.send(
        new UpdateServiceCommand({
          ...key,
          taskDefinition,
          desiredCount,
          networkConfiguration,
          forceNewDeployment: isUnheard,
        }),
      );
      return { service: service as Service, revision: undefined, isUnheard: false };
    },
  });
  return serviceName;
}

/** Whether its tasks run where and as many as they should; somebody may have deleted the group that they were in. */
export function misplaced({ desiredCount = 0, networkConfiguration }: Service, wanted: Placement): string | undefined {
  const { securityGroups = [], subnets = [], assignPublicIp } = networkConfiguration?.awsvpcConfiguration ?? {};
  if (desiredCount < 1) return 'it is scaled to no task';
  if (!sameSet(securityGroups, wanted.securityGroups))
    return `it is in the security group ${securityGroups.join(', ')}`;
  if (!sameSet(subnets, wanted.subnets)) return 'it is in other subnets';
  return assignPublicIp === wanted.assignPublicIp ? undefined : `its public addresses are ${assignPublicIp}`;
}

const sameSet = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((item) => other.includes(item));

async function awaitDrained(step: StepContext, ecs: ECSClient, key: ServiceKey): Promise<void> {
  await step.wait({
    what: `end of the old service ${key.service}`,
    timeoutMs: 10 * 60_000,
    async condition() {
      const draining = (await describeService(ecs, key))?.status === 'DRAINING';
      return draining ? waiting(`service ${key.service} is still DRAINING`) : ready(true);
    },
  });
}

export interface ServiceKey {
  cluster: string;
  service: string;
}

/** Unknown services are answered as failures, deleted ones as INACTIVE. */
export async function describeService(ecs: ECSClient, { cluster, service }: ServiceKey): Promise<Service | undefined> {
  const { services = [] } = await ecs.send(
    new DescribeServicesCommand({ cluster, services: [service], include: ['TAGS'] }),
  );
  return services.find(({ status }) => status !== 'INACTIVE');
}
