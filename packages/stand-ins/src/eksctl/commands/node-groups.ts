import {
  DescribeNodegroupCommand,
  DescribeUpdateCommand,
  ListNodegroupsCommand,
  type Nodegroup,
  UpdateNodegroupConfigCommand,
} from '@aws-sdk/client-eks';
import { MeshbedError, ready, until, waiting } from '@meshbed/core';
import { type Aws, connectAws } from '../aws.ts';
import { type Call, log } from '../context.ts';
import { stackNames } from '../stacks/names.ts';
import { describeCluster } from './clusters.ts';
import { numberFlag } from './create-cluster/flags.ts';
import { configOf, oneName } from './names.ts';
import { print } from './output.ts';
import { textFlag } from '../context.ts';

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

async function describeGroup({ eks }: Aws, clusterName: string, nodegroupName: string): Promise<Nodegroup> {
  try {
    return (await eks.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }))).nodegroup ?? {};
  } catch (cause) {
    const message = `could not find nodegroup "${nodegroupName}": ${(cause as Error).message}`;
    throw new MeshbedError('cloud/eks-nodes', message, { cause, object: nodegroupName });
  }
}

/** `scale nodegroup --cluster C --name N --nodes 3 [--nodes-min 1] [--nodes-max 4]` */
export async function scaleNodeGroup(call: Call): Promise<void> {
  const { context, flags } = call;
  const config = await configOf(call);
  const clusterName = oneName('cluster', { ...call, words: [] }, config?.metadata.name);
  const fromFile = config?.managedNodeGroups?.[0];
  const nodegroupName = oneName('name', call, fromFile?.name);
  const [desired, smallest, largest] = [
    numberFlag(flags, 'nodes') ?? fromFile?.desiredCapacity,
    numberFlag(flags, 'nodes-min') ?? fromFile?.minSize,
    numberFlag(flags, 'nodes-max') ?? fromFile?.maxSize,
  ];
  if (desired === undefined && smallest === undefined && largest === undefined) {
    throw new MeshbedError('user/argument', 'at least one of minimum, maximum and desired nodes must be set', {
      next: '--nodes, --nodes-min or --nodes-max',
    });
  }
  using aws = await connectAws(call, config?.metadata.region);
  const { scalingConfig: present = {} } = await describeGroup(aws, clusterName, nodegroupName);
  const scalingConfig = {
    minSize: smallest ?? present.minSize,
    maxSize: largest ?? present.maxSize,
    desiredSize: desired ?? present.desiredSize,
  };
  checkBounds(scalingConfig);
  log(context, 'info', `scaling nodegroup "${nodegroupName}" in cluster ${clusterName}`);
  const { update } = await aws.eks.send(
    new UpdateNodegroupConfigCommand({ clusterName, nodegroupName, scalingConfig }),
  );
  log(context, 'info', `initiated scaling of nodegroup`);
  if (flags['wait']) await updated(call, aws, { clusterName, nodegroupName, updateId: update?.id ?? '' });
  else
    log(
      context,
      'info',
      `to see the status of the scaling run \`eksctl get nodegroup --cluster ${clusterName} --region ${aws.region} --name ${nodegroupName}\``,
    );
}

/** As eksctl says it, before it asks AWS. */
function checkBounds({
  minSize = 0,
  maxSize = 0,
  desiredSize = 0,
}: {
  minSize?: number | undefined;
  maxSize?: number | undefined;
  desiredSize?: number | undefined;
}): void {
  if (maxSize < desiredSize) throw bounds(`maximum number of nodes must be greater than or equal to number of nodes`);
  if (minSize > desiredSize) throw bounds(`minimum number of nodes must be fewer than or equal to number of nodes`);
}

const bounds = (message: string) =>
  new MeshbedError('user/argument', message, { next: 'change --nodes-min or --nodes-max along with --nodes' });

function updated(
  { context }: Call,
  { eks }: Aws,
  key: { clusterName: string; nodegroupName: string; updateId: string },
): Promise<boolean> {
  const { clusterName: name, nodegroupName, updateId } = key;
  return until(
    async () => {
      const { update } = await eks.send(new DescribeUpdateCommand({ name, nodegroupName, updateId }));
      if (update?.status === 'InProgress') return waiting('the update is in progress');
      if (update?.status === 'Successful') return ready(true);
      throw new MeshbedError('cloud/eks-nodes', `the update of "${nodegroupName}" is ${update?.status}`, {
        object: updateId,
      });
    },
    { clock: context.clock, what: `scaling of "${nodegroupName}"`, timeoutMs: 25 * 60_000 },
  );
}
