import { DescribeTaskDefinitionCommand, type ECSClient, type Service } from '@aws-sdk/client-ecs';
import { names } from '../../configuration/index.ts';
import { bootstrapOf, staleBootstrap, type Bootstrap } from '../../mesh/bootstrap.ts';
import type { EcsClusterFacts } from '../../scenario/types.ts';
import { describeService } from '../ecs-clusters/service.ts';
import type { StepContext } from '../types.ts';

export const nameOf = (step: StepContext, { number }: EcsClusterFacts): string =>
  names.ecsCluster(step.configuration.clusterName, number);

export interface Enrolment {
  cluster: EcsClusterFacts;
  service: string;
  /** Where tasks reach istiod, and what it hands out as root: both change with what is made again. */
  istiod: Bootstrap;
}

interface Enrolled extends Service {
  /** What its tasks were told of istiod, as far as that can be read. */
  bootstrap?: Bootstrap;
}

/** A service whose tasks have a ztunnel, one that finds and believes the istiod of today. */
export async function ensureEnrolled(step: StepContext, { cluster, service, istiod }: Enrolment): Promise<void> {
  const key = { cluster: nameOf(step, cluster), service };
  const { ecs } = step.accountOf(cluster);
  const enrol = async () => {
    const istioctl = await step.istioctl();
    await istioctl.run(['ecs', 'add-service', service, ...flags(step, cluster)], { onLine: step.report });
    return (await describeService(ecs, key)) as Service;
  };
  await step.ensure<Enrolled>({
    kind: 'mesh enrolment',
    name: `${key.cluster}/${service}`,
    find: () => findEnrolled(ecs, key),
    differs({ tags = [], bootstrap = {} }) {
      if (!tags.some(({ key: tag, value }) => tag === 'ecs.solo.io/namespace' && value === key.cluster))
        return `it is not tagged with the namespace ${key.cluster}`;
      return staleBootstrap(bootstrap, istiod);
    },
    create: enrol,
    update: enrol,
  });
}

async function findEnrolled(ecs: ECSClient, key: { cluster: string; service: string }): Promise<Enrolled | undefined> {
  const found = await describeService(ecs, key);
  const { taskDefinition } = await ecs.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: found?.taskDefinition }),
  );
  const ztunnel = taskDefinition?.containerDefinitions?.find(({ name }) => name === 'ztunnel');
  return ztunnel && { ...found, bootstrap: bootstrapOf(ztunnel) };
}

function flags(step: StepContext, cluster: EcsClusterFacts): string[] {
  const account = step.target.accounts[cluster.account] ?? step.target.accounts.local;
  const name = nameOf(step, cluster);
  const place = ['--cluster', name, '--namespace', name, '--service-account', cluster.serviceAccount];
  return [...place, '--external', '--profile', account.profile];
}
