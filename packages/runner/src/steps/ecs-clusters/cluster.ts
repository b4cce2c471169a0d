import {
  CreateClusterCommand,
  DescribeClustersCommand,
  TagResourceCommand,
  type Cluster,
  type ECSClient,
} from '@aws-sdk/client-ecs';
import { names } from '../../configuration/index.ts';
import { ownTags } from '../../aws/tags.ts';
import type { StepContext } from '../types.ts';

/** istiod looks only into clusters that carry the discovery tag. A deleted cluster stays visible as INACTIVE. */
export async function ensureEcsCluster(step: StepContext, ecs: ECSClient, clusterName: string): Promise<void> {
  const tags = Object.entries({ [names.discoveryTag]: 'true', ...ownTags(step.configuration) }).map(([key, value]) => ({
    key,
    value,
  }));
  await step.ensure<Cluster>({
    kind: 'ECS cluster',
    name: clusterName,
    async find() {
      const { clusters = [] } = await ecs.send(
        new DescribeClustersCommand({ clusters: [clusterName], include: ['TAGS'] }),
      );
      return clusters.find(({ status }) => status === 'ACTIVE');
    },
    differs: ({ tags: found = [] }) =>
      found.some(({ key, value }) => key === names.discoveryTag && value === 'true')
        ? undefined
        : 'it lacks the discovery tag',
    async create() {
      const { cluster } = await ecs.send(new CreateClusterCommand({ clusterName, tags }));
      return cluster as Cluster;
    },
    async update(cluster) {
      await ecs.send(new TagResourceCommand({ resourceArn: cluster.clusterArn, tags }));
      return cluster;
    },
  });
}
