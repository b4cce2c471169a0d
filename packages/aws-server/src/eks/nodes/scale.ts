import { messageOf } from '@meshbed/core';
import { inBackground } from '../../background.ts';
import type { World } from '../../context.ts';
import { privateDnsName } from '../../ec2/addressing.ts';
import { launchInstance, terminateInstance } from '../../ec2/instances.ts';
import type { ClusterRecord, NodegroupRecord, NodeRecord } from '../state.ts';

/** Adds or removes nodes until the group has as many as it wants. A subnet without addresses ends it with an issue. */
export async function scale(world: World, cluster: ClusterRecord, group: NodegroupRecord): Promise<void> {
  const surplus = group.nodes.splice(group.scaling.desiredSize);
  await Promise.all(surplus.map((node) => retire(world, cluster, node)));
  while (group.nodes.length < group.scaling.desiredSize) {
    const node = launch(world, cluster, group);
    if (!node) return;
    group.nodes.push(node);
    await join(world, cluster, { group, node });
  }
}

/** Takes a node out of the cluster; resolves when its instance is terminated. */
export async function retire(world: World, cluster: ClusterRecord, { name, instance }: NodeRecord): Promise<void> {
  delete instance.onTerminated;
  await world.kubernetes.removeNode(cluster.name, name);
  if (instance.state === 'terminated') return;
  await new Promise<void>((resolve) => {
    instance.onTerminated = resolve;
    terminateInstance(world, instance, 'Client.UserInitiatedShutdown: the node group removed it');
  });
}

function launch(world: World, cluster: ClusterRecord, group: NodegroupRecord): NodeRecord | undefined {
  const { account, region } = cluster;
  try {
    const instance = launchInstance(world, {
      account,
      region,
      subnetId: group.subnetIds[group.nodes.length % group.subnetIds.length] ?? '',
      groupIds: group.securityGroupIds,
      instanceType: group.instanceTypes[0] ?? '',
      tags: tagsOf(cluster, group),
    });
    world.fabric.interfaces.get(instance.eniId)?.tags.set('node.k8s.amazonaws.com/instance_id', instance.id);
    return { name: privateDnsName(instance.privateIp, region), instance };
  } catch (error) {
    const message = `Could not launch On-Demand Instances. ${messageOf(error)}`;
    group.issues.push({ code: 'AsgInstanceLaunchFailures', message, resourceIds: [group.autoScalingGroup] });
    return undefined;
  }
}

const tagsOf = (cluster: ClusterRecord, group: NodegroupRecord) =>
  new Map([
    ['Name', `${cluster.name}-${group.name}-Node`],
    [`kubernetes.io/cluster/${cluster.name}`, 'owned'],
    ['eks:cluster-name', cluster.name],
    ['eks:nodegroup-name', group.name],
    ['aws:autoscaling:groupName', group.autoScalingGroup],
  ]);

interface Member {
  group: NodegroupRecord;
  node: NodeRecord;
}

async function join(world: World, cluster: ClusterRecord, { group, node }: Member): Promise<void> {
  const { name, instance } = node;
  await world.kubernetes.addNode({
    cluster: cluster.name,
    name,
    instanceId: instance.id,
    instanceType: instance.instanceType,
    zone: instance.zone,
    eniId: instance.eniId,
    ip: instance.privateIp,
    nodeGroup: group.name,
    nodeRoleArn: group.nodeRole,
  });
  instance.onTerminated = () => inBackground(world, 'eks', replace(world, cluster, { group, node }));
}

/** The scaling group replaces an instance that somebody else terminated. */
async function replace(world: World, cluster: ClusterRecord, { group, node }: Member): Promise<void> {
  group.nodes = group.nodes.filter((other) => other !== node);
  await world.kubernetes.removeNode(cluster.name, node.name);
  if (group.status !== 'DELETING') await scale(world, cluster, group);
}
