import { DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import { ListNodegroupsCommand, type Cluster } from '@aws-sdk/client-eks';
import { zoneSuffix } from '@meshbed/clients/eks';
import { MeshbedError } from '@meshbed/core';
import type { Aws } from '../../aws.ts';
import type { ClusterConfig, NodeGroup } from '../../config/types.ts';
import { type Call, type EksctlContext, log, textFlag } from '../../context.ts';
import { nodesReady } from '../../kube/nodes.ts';
import { stackNames, stackTags } from '../../stacks/names.ts';
import { nodeGroupTemplate } from '../../stacks/node-group.ts';
import { createStack, findStack } from '../../stacks/work.ts';
import { nodeGroupFromFlags, refuseBoth } from '../create-cluster/flags.ts';
import { oneName } from '../names.ts';
import { configOfExisting, type Target, targetOf } from '../target.ts';

/** `create nodegroup`: one by flags, or those of a config file that are not there yet. */
export async function createNodeGroup(call: Call): Promise<void> {
  const { context } = call;
  using target = await targetOf(call);
  const { aws, cluster, name, file } = target;
  if (file) refuseBoth(call);
  if (!(await findStack(aws, stackNames.cluster(name)))) throw foreign(name);
  const wanted = file?.managedNodeGroups ?? [groupFromFlags(name, call)];
  const groups = await missing(target, wanted, context);
  const config = await configOfExisting(target);
  await createNodeGroups(aws, context, config, groups);
  await nodeGroupsReady(aws, context, cluster, groups);
  log(context, 'done', `created ${groups.length} managed nodegroup(s) in cluster "${name}"`);
}

function groupFromFlags(cluster: string, call: Call): NodeGroup {
  const isNamed = textFlag(call.flags, 'name') !== undefined || call.words.length > 0;
  const group = nodeGroupFromFlags(cluster, call.flags, 'name');
  return isNamed ? { ...group, name: oneName('name', call) } : group;
}

const foreign = (name: string) =>
  new MeshbedError('user/argument', `loading VPC spec for cluster "${name}": it was not created with eksctl`, {
    object: name,
    next: `aws eks create-nodegroup --cluster-name ${name} …`,
  });

async function missing(
  { aws, name, file }: Target,
  wanted: readonly NodeGroup[],
  context: EksctlContext,
): Promise<NodeGroup[]> {
  const { nodegroups = [] } = await aws.eks.send(new ListNodegroupsCommand({ clusterName: name }));
  const present = wanted.filter((group) => nodegroups.includes(group.name)).map((group) => group.name);
  if (present.length > 0 && !file)
    throw new MeshbedError('cloud/eks-nodes', `nodegroup "${present[0]}" already exists in cluster "${name}"`, {
      object: present[0] ?? '',
      next: `eksctl get nodegroup --cluster ${name}`,
    });
  if (present.length > 0)
    log(context, 'info', `${present.length} existing nodegroup(s) (${present.join(',')}) will be excluded`);
  return wanted.filter((group) => !present.includes(group.name));
}

/** Each in a stack of its own, at the same time. */
export async function createNodeGroups(
  aws: Aws,
  context: EksctlContext,
  config: ClusterConfig,
  groups: readonly NodeGroup[] = config.managedNodeGroups ?? [],
): Promise<void> {
  const { name, tags = {} } = config.metadata;
  await Promise.all(
    groups.map(async (group) =>
      createStack(aws, context, {
        name: stackNames.nodeGroup(name, group.name),
        template: nodeGroupTemplate(config, group, await subnetsIn(aws, name, group)),
        tags: stackTags(name, {
          'alpha.eksctl.io/nodegroup-name': group.name,
          'alpha.eksctl.io/nodegroup-type': 'managed',
          ...tags,
          ...group.tags,
        }),
      }),
    ),
  );
}

/** Subnets of the zones that a group is for; undefined when it may be in all. */
function subnetsIn({ stacks }: Aws, cluster: string, group: NodeGroup): Promise<string[]> | undefined {
  const scope = group.privateNetworking ? 'Private' : 'Public';
  const zones = group.availabilityZones?.map(async (zone) => {
    const LogicalResourceId = `Subnet${scope}${zoneSuffix(zone)}`;
    const found = await stacks
      .send(new DescribeStackResourceCommand({ StackName: stackNames.cluster(cluster), LogicalResourceId }))
      .catch((cause: unknown) => {
        throw new MeshbedError(
          'user/configuration',
          `nodegroup "${group.name}": the cluster has no subnet in ${zone}`,
          {
            cause,
            object: zone,
          },
        );
      });
    return found.StackResourceDetail?.PhysicalResourceId ?? '';
  });
  return zones && Promise.all(zones);
}

/** Waits until nodes of the groups are ready. */
export async function nodeGroupsReady(
  aws: Aws,
  context: EksctlContext,
  cluster: Cluster,
  groups: readonly NodeGroup[],
): Promise<void> {
  for (const { name: group, minSize, desiredCapacity } of groups) {
    const wanted = minSize ?? desiredCapacity ?? 2;
    if (await nodesReady(aws, context, { cluster, group, wanted }))
      log(context, 'info', `nodegroup "${group}" has its nodes ready`);
  }
}
