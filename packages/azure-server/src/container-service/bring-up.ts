import { resourceId } from '../arm/resource-id.ts';
import { keyOf } from '../arm/resource-id.ts';
import { errorOf } from '../arm/operations.ts';
import { ClusterLoadBalancer } from '../network/cluster-load-balancer.ts';
import type { Owner } from '../network/owned.ts';
import { createSecurityGroup } from '../network/security-groups.ts';
import { createNetwork, findSubnet } from '../network/virtual-networks.ts';
import { createGroup } from '../resources/group-records.ts';
import type { World } from '../world.ts';
import { scale } from './nodes.ts';
import type { ClusterNetwork, ClusterRecord } from './state.ts';

/** Makes reality agree with the record; what fails is in the record and rejects. */
export async function bringUp(world: World, cluster: ClusterRecord): Promise<void> {
  try {
    const fault = world.faults?.({ when: 'operation', method: 'PUT', id: cluster.id });
    if (fault) throw fault;
    ensureNodeGroup(world, cluster);
    cluster.network ??= addNetwork(world, cluster);
    const [host] = await Promise.all([
      cluster.host ?? world.kubernetes.createCluster(hosted(cluster, cluster.network)),
      world.transitions.wait('managed-cluster', cluster.state),
    ]);
    cluster.host = host;
    for (const pool of cluster.pools) {
      await scale(world, cluster, pool);
      pool.state = 'Succeeded';
    }
    cluster.state = 'Succeeded';
    cluster.error = undefined;
  } catch (error) {
    cluster.state = 'Failed';
    cluster.error = errorOf(error);
    throw error;
  } finally {
    world.log.write('aks', 'cluster', { cluster: cluster.id, state: cluster.state });
  }
}

/** The group of the machines belongs to the cluster. */
function ensureNodeGroup(world: World, { id, name, subscription, group, nodeGroup, location }: ClusterRecord): void {
  if (world.resources.get(nodeGroup)) return;
  createGroup(world, {
    subscription,
    name: nameOf(nodeGroup),
    location,
    managedBy: id,
    tags: { 'aks-managed-cluster-name': name, 'aks-managed-cluster-rg': nameOf(group) },
  });
}

const nameOf = (id: string) => id.split('/').at(-1) ?? '';

const usualNetwork = { cidr: '10.224.0.0/12', subnet: '10.224.0.0/16' };

function addNetwork(world: World, cluster: ClusterRecord): ClusterNetwork {
  const { subscription, location, nodeGroup, digits, name, pools } = cluster;
  const owner: Owner = { world, subscription, group: nodeGroup, location };
  const own = findSubnet(world, pools.find(({ subnetId }) => subnetId)?.subnetId ?? '');
  const network =
    own?.network ??
    createNetwork(owner, {
      name: `aks-vnet-${digits}`,
      cidr: usualNetwork.cidr,
      subnets: [{ name: 'aks-subnet', cidr: usualNetwork.subnet }],
    });
  const { id: networkId, cidr } = network;
  const subnetId = own?.subnet.id ?? network.subnets[0]?.id ?? '';
  const securityGroup = createSecurityGroup(owner, { name: `aks-agentpool-${digits}-nsg`, networkId, cidr });
  const balancer = new ClusterLoadBalancer({ owner, clusterName: name, networkId, subnetId, securityGroup });
  for (const pool of pools) addScaleSet(owner, pool.scaleSet, cluster);
  return { networkId, securityGroup, balancer };
}

/** To be seen in lists of the node resource group; its machines are the cluster's nodes. */
export function addScaleSet({ world, group, location }: Owner, name: string, { name: cluster }: ClusterRecord): void {
  world.resources.put({
    id: resourceId(group, 'Microsoft.Compute', 'virtualMachineScaleSets', name),
    name,
    type: 'Microsoft.Compute/virtualMachineScaleSets',
    location,
    tags: { 'aks-managed-cluster-name': cluster },
    properties: () => ({ provisioningState: 'Succeeded' }),
  });
}

function hosted(cluster: ClusterRecord, { networkId, balancer }: ClusterNetwork) {
  const { id, name, version, location, fqdn, tokens } = cluster;
  return {
    id: keyOf(id),
    name,
    version,
    location,
    fqdn,
    networkId,
    serviceNetwork: serviceNetworkOf(cluster),
    tokens: Object.values(tokens),
    frontends: balancer,
  };
}

/** `10.0` of `10.0.0.0/16`. */
function serviceNetworkOf({ echo }: ClusterRecord): string {
  const { serviceCidr } = (echo['networkProfile'] ?? {}) as { serviceCidr?: string };
  return (serviceCidr ?? '10.0.0.0/16').split('.').slice(0, 2).join('.');
}
