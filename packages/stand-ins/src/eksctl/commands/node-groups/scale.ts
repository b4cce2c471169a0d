import { DescribeUpdateCommand, UpdateNodegroupConfigCommand } from '@aws-sdk/client-eks';
import { MeshbedError, ready, until, waiting } from '@meshbed/core';
import { type Aws, connectAws } from '../../aws.ts';
import { type Call, log } from '../../context.ts';
import { numberFlag } from '../flags.ts';
import { configOf, oneName } from '../names.ts';
import { describeGroup } from './describe.ts';

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
