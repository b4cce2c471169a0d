import { ListNodegroupsCommand, type Nodegroup } from '@aws-sdk/client-eks';
import { MeshbedError } from '@meshbed/core';
import { connectAws } from '../../aws.ts';
import { type Call, textFlag } from '../../context.ts';
import { stackNames } from '../../stacks/names.ts';
import { describeCluster } from '../clusters.ts';
import { configOf, oneName } from '../names.ts';
import { print } from '../output.ts';
import { describeGroup } from './describe.ts';

/** `get nodegroup --cluster NAME` */
export async function getNodeGroups(call: Call): Promise<void> {
  const config = await configOf(call);
  const clusterName = oneName('cluster', { ...call, words: [] }, config?.metadata.name);
  using aws = await connectAws(call, config?.metadata.region);
  await describeCluster(aws, clusterName);
  const wanted = textFlag(call.flags, 'name') ?? call.words[0];
  const { nodegroups = [] } = await aws.eks.send(new ListNodegroupsCommand({ clusterName }));
  const names = wanted === undefined ? nodegroups : [wanted];
  const groups = await Promise.all(names.map((name) => describeGroup(aws, clusterName, name)));
  if (groups.length === 0) throw new MeshbedError('cloud/eks-nodes', 'No nodegroups found', { object: clusterName });
  print(call, {
    header: columns.map(([title]) => title),
    rows: groups.map((group) => columns.map(([, , valueOf]) => String(valueOf(group)))),
    objects: groups.map((group) => ({
      StackName: stackNames.nodeGroup(clusterName, group.nodegroupName ?? ''),
      ...Object.fromEntries(columns.map(([, member, valueOf]) => [member, valueOf(group)])),
      NodeInstanceRoleARN: group.nodeRole,
      Version: group.version,
    })),
  });
}

type Column = readonly [title: string, member: string, valueOf: (group: Nodegroup) => string | number];

const columns: readonly Column[] = [
  ['CLUSTER', 'Cluster', ({ clusterName = '' }) => clusterName],
  ['NODEGROUP', 'Name', ({ nodegroupName = '' }) => nodegroupName],
  ['STATUS', 'Status', ({ status = '' }) => status],
  ['CREATED', 'CreationTime', ({ createdAt }) => createdAt?.toISOString().replace(/\.\d+Z$/, 'Z') ?? ''],
  ['MIN SIZE', 'MinSize', ({ scalingConfig }) => scalingConfig?.minSize ?? 0],
  ['MAX SIZE', 'MaxSize', ({ scalingConfig }) => scalingConfig?.maxSize ?? 0],
  ['DESIRED CAPACITY', 'DesiredCapacity', ({ scalingConfig }) => scalingConfig?.desiredSize ?? 0],
  ['INSTANCE TYPE', 'InstanceType', ({ instanceTypes = [] }) => instanceTypes.join(',')],
  ['IMAGE ID', 'ImageID', ({ amiType = '' }) => amiType],
  ['ASG NAME', 'AutoScalingGroupName', ({ resources }) => resources?.autoScalingGroups?.[0]?.name ?? ''],
  ['TYPE', 'NodeGroupType', () => 'managed'],
];
