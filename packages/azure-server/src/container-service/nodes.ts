import type { World } from '../world.ts';
import { findSubnet } from '../network/virtual-networks.ts';
import { keyOf } from '../arm/resource-id.ts';
import type { ClusterNetwork, ClusterRecord, NodeRecord, PoolRecord } from './state.ts';

/** Adds or removes machines until the pool has as many as it wants. */
export async function scale(world: World, cluster: ClusterRecord, pool: PoolRecord): Promise<void> {
  const surplus = pool.nodes.splice(pool.count);
  await Promise.all(surplus.map((node) => retire(world, cluster, node)));
  while (pool.nodes.length < pool.count) await launch(world, cluster, pool);
}

async function launch(world: World, cluster: ClusterRecord, pool: PoolRecord): Promise<void> {
  const network = cluster.network as ClusterNetwork;
  const number = pool.next++;
  const name = `${pool.scaleSet}${number.toString(36).padStart(6, '0')}`;
  const eni = world.fabric.createInterface({
    subnetId: subnetOf(world, cluster, pool),
    groupIds: [network.securityGroup.id],
    ownerId: cluster.subscription,
    region: cluster.location,
    description: `machine ${name}`,
  });
  network.balancer.addNode(eni.id);
  pool.nodes.push({ name, eniId: eni.id });
  const zone = pool.zones[number % pool.zones.length];
  const scaleSet = `${cluster.nodeGroup}/providers/Microsoft.Compute/virtualMachineScaleSets/${pool.scaleSet}`;
  await world.kubernetes.addNode({
    cluster: keyOf(cluster.id),
    name,
    vmSize: pool.size.name,
    zone: zone === undefined ? '0' : `${cluster.location}-${zone}`,
    location: cluster.location,
    eniId: eni.id,
    ip: eni.ips[0] ?? '',
    pool: pool.name,
    mode: pool.mode,
    providerId: `azure://${scaleSet}/virtualMachines/${number}`,
    labels: pool.labels,
  });
}

/** The user's, or that of the network that AKS made. */
function subnetOf(world: World, cluster: ClusterRecord, { subnetId }: PoolRecord): string {
  const found = findSubnet(world, subnetId ?? `${cluster.network?.networkId}/subnets/aks-subnet`);
  if (!found) throw new Error(`the subnet of ${cluster.id} is gone`);
  return found.subnet.id;
}

export async function retire(world: World, cluster: ClusterRecord, { name, eniId }: NodeRecord): Promise<void> {
  await world.kubernetes.removeNode(keyOf(cluster.id), name);
  cluster.network?.balancer.removeNode(eniId);
  world.fabric.deleteInterface(eniId);
}
