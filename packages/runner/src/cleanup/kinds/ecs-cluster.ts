import { DeleteClusterCommand, DescribeClustersCommand, paginateListClusters, type Cluster } from '@aws-sdk/client-ecs';
import { ready } from '@meshbed/core';
import { evidenceOf, isEcsName, lowerTags } from '../evidence.ts';
import { gone, type Kind, type Search, type Sighting } from '../types.ts';
import { allOf } from './pages.ts';

const mostPerCall = 100;

export const ecsCluster: Kind = {
  title: 'ECS cluster',
  after: ['ecs-service'],
  find: findEcsClusters,
  async remove({ aws }, { id }) {
    await aws.ecs.send(new DeleteClusterCommand({ cluster: id }));
    return ready(gone);
  },
  command: ({ id }) => `ecs delete-cluster --cluster ${id}`,
  timeoutMs: 10 * 60_000,
};

/** Deleted ones are not listed any more, though they can still be described. */
export async function findEcsClusters(search: Search): Promise<Sighting[]> {
  const { ecs: client } = search.aws;
  const arns = await allOf(paginateListClusters({ client }, {}), ({ clusterArns }) => clusterArns);
  const found: Sighting[] = [];
  for (let at = 0; at < arns.length; at += mostPerCall) {
    const clusters = arns.slice(at, at + mostPerCall);
    const described = await client.send(new DescribeClustersCommand({ clusters, include: ['TAGS'] }));
    found.push(...(described.clusters ?? []).flatMap((cluster) => sightingOf(search, cluster)));
  }
  return found;
}

function sightingOf({ configuration, journaled }: Search, cluster: Cluster): Sighting[] {
  const { clusterArn = '', clusterName = '', tags, status } = cluster;
  const otherwise = isEcsName(configuration, clusterName)
    ? 'name'
    : journaled.includes(clusterArn)
      ? 'journal'
      : undefined;
  const evidence = evidenceOf(configuration, lowerTags(tags), otherwise);
  if (evidence === undefined || status === 'INACTIVE') return [];
  return [{ id: clusterName, name: clusterName, evidence, eks: false }];
}
