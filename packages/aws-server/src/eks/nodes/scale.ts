import { messageOf } from '@meshbed/core';
import type { World } from '../../context.ts';
import { Ec2State } from '../../ec2/state.ts';
import type { ClusterRecord, NodegroupRecord, NodeRecord } from '../state.ts';
import { launchInstance, terminateInstance } from './instances.ts';

/** Adds or removes nodes until the group has as many as it wants. A subnet without addresses ends it with an issue. */
export async function scale(world: World, cluster: ClusterRecord, group: NodegroupRecord): Promise<void> {
  while (group.nodes.length > group.scaling.desiredSize) {
    const node = group.nodes.pop();
    if (node) await removeNode(world, cluster, node);
  }
  while (group.nodes.length < group.scaling.desiredSize) {
    const node = launch(world, cluster, group);
    if (!node) return;
    group.nodes.push(node);
    await joinCluster(world, cluster, { group, node });
  }
}

export async function removeNode(world: World, cluster: ClusterRecord, node: NodeRecord): Promise<void> {
  await world.kubernetes.removeNode(cluster.name, node.name);
  terminateInstance(world, cluster, node);
}

function launch(world: World, cluster: ClusterRecord, group: NodegroupRecord): NodeRecord | undefined {
  try {
    return launchInstance(world, cluster, group);
  } catch (error) {
    const message = `Could not launch On-Demand Instances. ${messageOf(error)}`;
    group.issues.push({ code: 'AsgInstanceLaunchFailures', message, resourceIds: [group.autoScalingGroup] });
    return undefined;
  }
}

async function joinCluster(
  world: World,
  cluster: ClusterRecord,
  { group, node }: { group: NodegroupRecord; node: NodeRecord },
): Promise<void> {
  const { name, instanceId, eniId, ip, zone } = node;
  await world.kubernetes.addNode({
    cluster: cluster.name,
    name,
    instanceId,
    instanceType: group.instanceTypes[0] ?? '',
    zone,
    eniId,
    ip,
    nodeGroup: group.name,
    nodeRoleArn: group.nodeRole,
  });
  const instance = world.stores.of(Ec2State, cluster.account, cluster.region).instances.get(instanceId);
  if (instance) instance.onTerminated = () => void replace(world, cluster, { group, node });
}

/** The group's auto scaling replaces an instance that somebody terminated. */
async function replace(
  world: World,
  cluster: ClusterRecord,
  { group, node }: { group: NodegroupRecord; node: NodeRecord },
): Promise<void> {
  group.nodes = group.nodes.filter((other) => other !== node);
  await removeNode(world, cluster, node);
  if (group.status !== 'DELETING') await scale(world, cluster, group);
}
