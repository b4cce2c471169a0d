import { keyOf } from '../arm/resource-id.ts';
import { errorOf } from '../arm/operations.ts';
import { endAll } from '../resources/group-records.ts';
import type { World } from '../world.ts';
import { retire } from './nodes.ts';
import type { ClusterRecord } from './state.ts';

/** Deletes the cluster, its machines and its node resource group. */
export async function takeDown(world: World, cluster: ClusterRecord): Promise<void> {
  cluster.state = 'Deleting';
  const { kubernetes, transitions, resources, aks, log } = world;
  try {
    const fault = world.faults?.({ when: 'operation', method: 'DELETE', id: cluster.id });
    if (fault) throw fault;
    const remove = async () => {
      const nodes = cluster.pools.flatMap((pool) => pool.nodes.splice(0));
      await Promise.all(nodes.map((node) => retire(world, cluster, node)));
      await kubernetes.deleteCluster(keyOf(cluster.id));
    };
    await Promise.all([remove(), transitions.wait('managed-cluster', 'Deleting')]);
    await endNodeGroup(world, cluster);
    resources.delete(cluster.id);
    aks.delete(keyOf(cluster.id));
    log.write('aks', 'cluster', { cluster: cluster.id, state: 'Deleted' });
  } catch (error) {
    cluster.state = 'Failed';
    cluster.error = errorOf(error);
    throw error;
  }
}

async function endNodeGroup(world: World, { nodeGroup, network }: ClusterRecord): Promise<void> {
  // The frontends end before the network that their interfaces are in.
  await network?.balancer.resource.end?.();
  await endAll(world, nodeGroup);
  world.resources.delete(nodeGroup);
}

/** All clusters in a resource group, also those whose deletion has begun. */
export async function deleteAksClusters(world: World, group: string): Promise<void> {
  const inGroup = [...world.aks.values()].filter((each) => keyOf(each.group) === keyOf(group));
  await Promise.all(inGroup.map((cluster) => takeDown(world, cluster)));
}
