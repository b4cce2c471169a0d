import { names } from '../../configuration.ts';
import type { EcsClusterFacts } from '../../scenario/types.ts';
import { findEksVpc } from '../eks-cluster/network.ts';
import { declared } from '../declared.ts';
import type { Step, StepContext } from '../types.ts';
import { ensureEcsCluster } from './cluster.ts';
import { ensureLogGroup } from './log-group.ts';
import { ensureTaskSecurityGroup } from './security-group.ts';
import { ensureService } from './service.ts';
import { awaitStable } from './stable.ts';
import { ensureTaskDefinition } from './task-definition.ts';
import type { EcsWorkload } from './workloads.ts';
import { publicSubnets } from '../../aws/network.ts';

/** Every ECS cluster with its two services, not yet in the mesh. */
export const ecsClusters: Step = declared(async (step) => {
  const vpcId = await findEksVpc(step);
  const [securityGroup] = await Promise.all([ensureTaskSecurityGroup(step, vpcId), ensureLogGroup(step)]);
  const [shell, echo] = await Promise.all([ensureTaskDefinition(step, 'shell'), ensureTaskDefinition(step, 'echo')]);
  const subnets = (await publicSubnets(step.local, vpcId)).flatMap(({ SubnetId }) => SubnetId ?? []);
  const parts = { revisions: { shell, echo }, subnets, securityGroups: [securityGroup] };
  await Promise.all(step.scenario.ecsClusters.map((cluster) => ensureWithServices(step, cluster, parts)));
});

interface ServiceParts {
  /** ARN of the task definition of each workload. */
  revisions: Record<EcsWorkload, string>;
  subnets: string[];
  securityGroups: string[];
}

async function ensureWithServices(
  step: StepContext,
  facts: EcsClusterFacts,
  { revisions, ...placement }: ServiceParts,
): Promise<void> {
  const cluster = names.ecsCluster(step.configuration.clusterName, facts.number);
  const { ecs } = step.accountOf(facts);
  await ensureEcsCluster(step, ecs, cluster);
  await Promise.all(
    (['shell', 'echo'] as const).map(async (workload) => {
      const service = await ensureService(step, ecs, {
        cluster,
        workload,
        taskDefinition: revisions[workload],
        ...placement,
      });
      await awaitStable(step, ecs, { cluster, service });
    }),
  );
}
