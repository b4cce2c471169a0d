import type * as EKS from '@aws-sdk/client-eks';
import type { CreateNodegroupCommandInput, NodegroupScalingConfig } from '@aws-sdk/client-eks';
import { messageOf } from '@meshbed/core';
import { inBackground } from '../../background.ts';
import type { Context, World } from '../../context.ts';
import type { Handlers } from '../../service.ts';
import { tagsFromRecord } from '../../tag-records.ts';
import { validPage } from '../../valid-page.ts';
import { admitNodes } from '../access.ts';
import { nodegroupArn } from '../arns.ts';
import { inUse, invalidParameter, invalidRequest, invalidToken, notFound } from '../errors.ts';
import { activeCluster, clusterNamed } from '../lookup.ts';
import { subnetsOf } from '../network.ts';
import { launchTemplateOf } from '../nodes/launch-template.ts';
import { retire, scale } from '../nodes/scale.ts';
import { checkRole, nodeRole } from '../roles.ts';
import type { ClusterRecord, NodegroupRecord, UpdateRecord } from '../state.ts';
import { newUpdate } from '../updates.ts';
import { nodegroupView, updateView } from '../views.ts';

const mostPerPage = 100;

export const nodegroupOperations: Handlers<typeof EKS> = {
  CreateNodegroup(input, context) {
    const cluster = activeCluster(context, input.clusterName);
    const name = input.nodegroupName ?? '';
    if (!/^[0-9A-Za-z][A-Za-z0-9_-]{0,62}$/.test(name))
      throw invalidParameter(`The nodegroup name '${name}' is not valid.`);
    if (cluster.nodegroups.has(name)) {
      throw inUse(`NodeGroup already exists with name ${name} and cluster name ${cluster.name}`, {
        clusterName: cluster.name,
        nodegroupName: name,
      });
    }
    const group = newGroup(input, context, cluster);
    cluster.nodegroups.set(name, group);
    admitNodes(context.world, cluster, group.nodeRole);
    inBackground(context.world, 'eks', bringUp(context.world, cluster, group));
    return { nodegroup: nodegroupView(group, cluster) };
  },

  DescribeNodegroup({ clusterName, nodegroupName }, context) {
    const cluster = clusterNamed(context, clusterName);
    return { nodegroup: nodegroupView(groupNamed(cluster, nodegroupName), cluster) };
  },

  ListNodegroups({ clusterName, nextToken, maxResults = mostPerPage }, context) {
    const names = [...clusterNamed(context, clusterName).nodegroups.keys()];
    const page = validPage(names, { token: nextToken, size: maxResults, invalid: invalidToken });
    return { nodegroups: page.items, nextToken: page.next };
  },

  DeleteNodegroup({ clusterName, nodegroupName }, context) {
    const cluster = clusterNamed(context, clusterName);
    const group = groupNamed(cluster, nodegroupName);
    if (group.status === 'CREATING' || group.status === 'UPDATING')
      throw inUse(`Nodegroup cannot be deleted as it is currently in ${group.status} state`);
    if (group.status !== 'DELETING') inBackground(context.world, 'eks', takeDown(context.world, cluster, group));
    return { nodegroup: nodegroupView(group, cluster) };
  },

  UpdateNodegroupConfig({ clusterName, nodegroupName, scalingConfig, updateConfig, labels }, context) {
    const cluster = clusterNamed(context, clusterName);
    const group = groupNamed(cluster, nodegroupName);
    if (group.status !== 'ACTIVE')
      throw invalidRequest(`Nodegroup cannot be updated as it is currently in ${group.status} state`);
    const scaling = scalingOf(scalingConfig ?? {}, group.scaling);
    group.scaling = scaling;
    group.maxUnavailable = updateConfig?.maxUnavailable ?? group.maxUnavailable;
    for (const [key, value] of Object.entries(labels?.addOrUpdateLabels ?? {})) group.labels.set(key, value);
    for (const key of labels?.removeLabels ?? []) group.labels.delete(key);
    const params = scalingConfig
      ? [
          { type: 'MinSize', value: String(scaling.minSize) },
          { type: 'MaxSize', value: String(scaling.maxSize) },
          { type: 'DesiredSize', value: String(scaling.desiredSize) },
        ]
      : [];
    const update = newUpdate(context.world, cluster, { type: 'ConfigUpdate', of: group.name, params });
    inBackground(context.world, 'eks', reconfigure(context.world, cluster, { group, update }));
    return { update: updateView(update) };
  },

  ListUpdates({ name, nodegroupName, addonName, nextToken, maxResults = mostPerPage }, context) {
    const updates = [...clusterNamed(context, name).updates.values()].filter(
      ({ of }) => of === (nodegroupName ?? addonName),
    );
    const page = validPage(updates, { token: nextToken, size: maxResults, invalid: invalidToken });
    return { updateIds: page.items.map(({ id }) => id), nextToken: page.next };
  },

  DescribeUpdate({ name, updateId = '', nodegroupName, addonName }, context) {
    const update = clusterNamed(context, name).updates.get(updateId);
    const isOf = nodegroupName ?? addonName;
    if (!update || (isOf !== undefined && update.of !== isOf)) throw notFound(`No update found for ID: ${updateId}`);
    return { update: updateView(update) };
  },
};

function groupNamed(cluster: ClusterRecord, name = ''): NodegroupRecord {
  const group = cluster.nodegroups.get(name);
  if (!group)
    throw notFound(`No node group found for name: ${name}.`, { clusterName: cluster.name, nodegroupName: name });
  return group;
}

function newGroup(input: CreateNodegroupCommandInput, context: Context, cluster: ClusterRecord): NodegroupRecord {
  const { world } = context;
  const { nodegroupName: name = '', nodeRole: role = '' } = input;
  const subnets = subnetsOf(context, input.subnets);
  if (subnets.length === 0) throw invalidParameter('Subnets are required.');
  const foreign = subnets.find(({ vpcId }) => vpcId !== cluster.vpcId);
  if (foreign) throw invalidParameter(`Subnet ${foreign.id} is not in the VPC of the cluster.`);
  checkRole(context, role, nodeRole);
  const template = launchTemplateOf(context, input);
  const nowMs = world.clock.now();
  const id = world.ids.uuid();
  return {
    name,
    arn: nodegroupArn(cluster, name, id),
    status: 'CREATING',
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
    version: cluster.version,
    subnetIds: subnets.map((subnet) => subnet.id),
    nodeRole: role,
    instanceTypes: instanceTypesOf(input, template?.data.InstanceType),
    amiType: input.amiType ?? 'AL2023_x86_64_STANDARD',
    capacityType: input.capacityType ?? 'ON_DEMAND',
    diskSize: template ? undefined : (input.diskSize ?? 20),
    launchTemplate: template?.shown,
    securityGroupIds: template?.data.SecurityGroupIds ?? [cluster.clusterSecurityGroupId],
    scaling: scalingOf(input.scalingConfig ?? {}, { minSize: 1, maxSize: 2, desiredSize: 2 }),
    maxUnavailable: input.updateConfig?.maxUnavailable ?? 1,
    labels: tagsFromRecord(input.labels),
    autoScalingGroup: `eks-${name}-${id}`,
    issues: [],
    nodes: [],
    tags: tagsFromRecord(input.tags),
  };
}

const instanceTypesOf = ({ instanceTypes = [] }: CreateNodegroupCommandInput, ofTemplate: string | undefined) =>
  instanceTypes.length > 0 ? instanceTypes : [ofTemplate ?? 't3.medium'];

function scalingOf(wanted: NodegroupScalingConfig, present: NodegroupRecord['scaling']): NodegroupRecord['scaling'] {
  const { minSize = present.minSize, maxSize = present.maxSize, desiredSize = present.desiredSize } = wanted;
  if (minSize > maxSize)
    throw invalidParameter(`Minimum capacity ${minSize} can't be greater than maximum size ${maxSize}`);
  if (desiredSize > maxSize)
    throw invalidParameter(`desired capacity ${desiredSize} can't be greater than max size ${maxSize}`);
  if (desiredSize < minSize)
    throw invalidParameter(`Minimum capacity ${minSize} can't be greater than desired size ${desiredSize}`);
  return { minSize, maxSize, desiredSize };
}

/** Nodes get ready only with a network plugin: without one the group fails, in AWS after half an hour. */
const hasNetworkPlugin = ({ selfManagedAddons, addons }: ClusterRecord) => selfManagedAddons || addons.has('vpc-cni');

async function bringUp(world: World, cluster: ClusterRecord, group: NodegroupRecord): Promise<void> {
  await world.transitions.wait('eks-nodegroup', 'CREATING');
  try {
    await scale(world, cluster, group);
  } catch (error) {
    group.issues.push({ code: 'NodeCreationFailure', message: messageOf(error), resourceIds: [] });
  }
  if (!hasNetworkPlugin(cluster)) {
    const resourceIds = group.nodes.map(({ instance }) => instance.id);
    group.issues.push({
      code: 'NodeCreationFailure',
      message: 'Unhealthy nodes in the kubernetes cluster',
      resourceIds,
    });
  }
  group.status = group.issues.length > 0 ? 'CREATE_FAILED' : 'ACTIVE';
  group.modifiedAtMs = world.clock.now();
  world.log.write('eks', 'nodegroup', { nodegroup: group.arn, status: group.status, issues: group.issues });
}

async function takeDown(world: World, cluster: ClusterRecord, group: NodegroupRecord): Promise<void> {
  group.status = 'DELETING';
  await world.transitions.wait('eks-nodegroup', 'DELETING');
  await Promise.all(group.nodes.map((node) => retire(world, cluster, node)));
  cluster.nodegroups.delete(group.name);
  world.log.write('eks', 'nodegroup', { nodegroup: group.arn, status: 'DELETED' });
}

async function reconfigure(
  world: World,
  cluster: ClusterRecord,
  { group, update }: { group: NodegroupRecord; update: UpdateRecord },
): Promise<void> {
  group.status = 'UPDATING';
  await world.transitions.wait('eks-nodegroup', 'UPDATING');
  await scale(world, cluster, group);
  group.status = 'ACTIVE';
  group.modifiedAtMs = world.clock.now();
  update.status = group.nodes.length === group.scaling.desiredSize ? 'Successful' : 'Failed';
}
