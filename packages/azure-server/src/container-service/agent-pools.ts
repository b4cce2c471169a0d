import type { Answer, Call } from '../arm/call.ts';
import { errorOf } from '../arm/operations.ts';
import type { ResourceType } from '../arm/provider.ts';
import { invalid, missing, notModelled } from '../errors.ts';
import type { World } from '../world.ts';
import { addScaleSet } from './bring-up.ts';
import { begin, busy, clusterType, requireCluster } from './clusters.ts';
import { scale } from './nodes.ts';
import { checkQuota, countOf, newPool, type PoolInput } from './pools.ts';
import type { ClusterRecord, PoolRecord } from './state.ts';
import { containerVersions } from './versions.ts';
import { poolProperties } from './views.ts';

export const agentPools: ResourceType = {
  versions: containerVersions,
  list(call) {
    const cluster = clusterOf(call);
    return { status: 200, body: { value: cluster.pools.map((pool) => view(cluster, pool)) } };
  },
  get(call) {
    const cluster = clusterOf(call);
    const pool = cluster.pools.find(({ name }) => name === call.name);
    if (pool) return { status: 200, body: view(cluster, pool) };
    throw missing('NotFound', `Could not find the agentpool: ${call.name} in managed cluster ${cluster.name}.`);
  },
  put,
  delete: remove,
};

/** The path names the pool, or all of them. */
const clusterOf = (call: Call) => requireCluster(call, call.resource.replace(/\/agentPools(\/[^/]*)?$/i, ''));

const view = (cluster: ClusterRecord, pool: PoolRecord) => ({
  id: `${cluster.id}/agentPools/${pool.name}`,
  name: pool.name,
  type: `${clusterType}/agentPools`,
  properties: poolProperties(cluster, pool),
});

function put(call: Call): Answer {
  const { world, subscription } = call;
  const cluster = clusterOf(call);
  if (cluster.state !== 'Succeeded') throw busy(cluster);
  const input = { ...(call.body()['properties'] as PoolInput | undefined), name: call.name };
  const existing = cluster.pools.find(({ name }) => name === call.name);
  const { location, digits, id } = cluster;
  if (existing?.state === 'Deleting') throw busy(cluster);
  const pool = existing ?? newPool(input, { world, location, digits, usualMode: 'User' });
  if (existing && input.vmSize && input.vmSize !== existing.size.name)
    throw invalid('PropertyChangeNotAllowed', `Changing property 'properties.vmSize' is not allowed.`);
  if (pool.subnetId !== undefined && !existing) throw notModelled('further agent pools in a subnet of their own');
  const count = input.count === undefined ? pool.count : countOf(input, pool.mode);
  const others = cluster.pools.filter((each) => each !== pool);
  checkQuota(world, { subscription, location, id }, [...others, { ...pool, count }]);
  pool.count = count;
  pool.state = existing ? 'Updating' : 'Creating';
  if (!existing) cluster.pools.push(pool);
  const headers = begin(call, cluster, grow(world, cluster, pool));
  return { status: existing ? 200 : 201, body: view(cluster, pool), headers };
}

async function grow(world: World, cluster: ClusterRecord, pool: PoolRecord): Promise<void> {
  try {
    const fault = world.faults?.({ when: 'operation', method: 'PUT', id: `${cluster.id}/agentPools/${pool.name}` });
    if (fault) throw fault;
    const { subscription, location, nodeGroup: group } = cluster;
    addScaleSet({ world, subscription, group, location }, pool.scaleSet, cluster);
    await world.transitions.wait('agent-pool', 'Creating');
    await scale(world, cluster, pool);
    pool.state = 'Succeeded';
  } catch (error) {
    pool.state = 'Failed';
    world.log.write('aks', 'pool failed', { pool: pool.name, ...errorOf(error) });
    throw error;
  }
}

function remove(call: Call): Answer {
  const { world } = call;
  const cluster = clusterOf(call);
  const pool = cluster.pools.find(({ name }) => name === call.name);
  if (!pool) return { status: 204 };
  if (cluster.state !== 'Succeeded') throw busy(cluster);
  const systemLeft = cluster.pools.some((each) => each !== pool && each.mode === 'System' && each.state !== 'Deleting');
  if (pool.mode === 'System' && !systemLeft) {
    throw invalid(
      'OperationNotAllowed',
      'There has to be at least one system agent pool: the last one can only be deleted with its cluster.',
    );
  }
  pool.state = 'Deleting';
  pool.count = 0;
  return { status: 202, headers: begin(call, cluster, drop(world, cluster, pool)) };
}

async function drop(world: World, cluster: ClusterRecord, pool: PoolRecord): Promise<void> {
  await scale(world, cluster, pool);
  await world.transitions.wait('agent-pool', 'Deleting');
  world.resources.delete(`${cluster.nodeGroup}/providers/Microsoft.Compute/virtualMachineScaleSets/${pool.scaleSet}`);
  cluster.pools = cluster.pools.filter((each) => each !== pool);
}
