import type { AwsClients } from '@meshbed/clients/aws';
import { names } from '../../configuration/index.ts';
import { accountsOf } from '../../scenario/accounts.ts';
import type { AccountName, EcsClusterFacts } from '../../scenario/types.ts';
import { declared } from '../declared.ts';
import type { Step, StepContext } from '../types.ts';
import { ensureEcsCluster } from './cluster.ts';
import { ensureLogGroup } from './log-group.ts';
import { placements, type Placement } from './placement.ts';
import { ensureService } from './service.ts';
import { awaitStable } from './stable.ts';
import { ensureBaseRevision, type BaseRevision } from './task-definition.ts';
import type { EcsWorkload } from './workloads.ts';

/** Every ECS cluster with its two services, not yet in the mesh. The accounts don't wait for each other. */
export const ecsClusters: Step = declared(async (step) => {
  const clusters = step.scenario.ecsClusters;
  await Promise.all(
    accountsOf(step.scenario).map((account) => {
      const own = clusters.filter((cluster) => cluster.account === account);
      return ensureInAccount(step, account, own);
    }),
  );
});

async function ensureInAccount(
  step: StepContext,
  account: AccountName,
  clusters: readonly EcsClusterFacts[],
): Promise<void> {
  const [first] = clusters;
  if (!first) return;
  const aws = step.aws(account);
  await step.after('infrastructure_iam.roles');
  const [placement, logGroup] = await Promise.all([placements[account](step), ensureLogGroup(step, aws)]);
  const bases = new Map<EcsWorkload, Promise<BaseRevision>>();
  const base = (workload: EcsWorkload) => {
    const known =
      bases.get(workload) ?? ensureBaseRevision(step, aws, { workload, serviceAccount: first.serviceAccount });
    bases.set(workload, known);
    return known;
  };
  await Promise.all(clusters.map((cluster) => ensureWithServices(step, { aws, cluster, placement, logGroup, base })));
}

interface ClusterParts {
  aws: AwsClients;
  cluster: EcsClusterFacts;
  placement: Placement;
  logGroup: { createdMs: number };
  /** What a service starts with; registered once per account, when first needed. */
  base: (workload: EcsWorkload) => Promise<BaseRevision>;
}

async function ensureWithServices(step: StepContext, { aws, cluster, ...parts }: ClusterParts): Promise<void> {
  const name = names.ecsCluster(step.configuration.clusterName, cluster.number);
  await ensureEcsCluster(step, aws.ecs, name);
  await Promise.all(
    (['shell', 'echo'] as const).map(async (workload) => {
      const service = await ensureService(step, aws, { cluster: name, workload, ...parts });
      await awaitStable(step, aws.ecs, { cluster: name, service });
    }),
  );
}
