import {
  CreateServiceCommand,
  DescribeServicesCommand,
  UpdateServiceCommand,
  type ECSClient,
  type Service,
} from '@aws-sdk/client-ecs';
import { ready, waiting } from '@meshbed/core';
import type { StepContext } from '../types.ts';
import { workloads, type EcsWorkload } from './workloads.ts';

export interface WantedService {
  cluster: string;
  workload: EcsWorkload;
  /** ARN of the revision that it should run. */
  taskDefinition: string;
  subnets: string[];
  securityGroups: string[];
}

/** Returns the name of the service. One that is still going away under the same name is waited for. */
export async function ensureService(step: StepContext, ecs: ECSClient, wanted: WantedService): Promise<string> {
  const { cluster, workload, taskDefinition, subnets, securityGroups } = wanted;
  const { service: serviceName } = workloads[workload];
  const key = { cluster, service: serviceName };
  await awaitDrained(step, ecs, key);
  await step.ensure<Service>({
    kind: 'ECS service',
    name: `${cluster}/${serviceName}`,
    async find() {
      const found = await describeService(ecs, key);
      return found?.status === 'ACTIVE' ? found : undefined;
    },
    differs: (found) => (found.taskDefinition === taskDefinition ? undefined : `it runs ${found.taskDefinition}`),
    async create() {
      const { service } = await ecs.send(
        new CreateServiceCommand({
          cluster,
          serviceName,
          taskDefinition,
          desiredCount: 1,
          launchType: 'FARGATE',
          enableExecuteCommand: true,
          networkConfiguration: { awsvpcConfiguration: { subnets, securityGroups, assignPublicIp: 'ENABLED' } },
          tags: [{ key: 'environment', value: 'ecs-demo' }],
        }),
      );
      return service as Service;
    },
    async update() {
      const { service } = await ecs.send(new UpdateServiceCommand({ ...key, taskDefinition }));
      return service as Service;
    },
  });
  return serviceName;
}

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
