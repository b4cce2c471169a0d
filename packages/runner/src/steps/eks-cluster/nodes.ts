import { CreateNodegroupCommand, DescribeNodegroupCommand, type Nodegroup } from '@aws-sdk/client-eks';
import { isNotFound } from '@meshbed/clients/aws';
import { nodeImage } from '@meshbed/clients/eks';
import { MeshbedError, ready, waiting, type Progress } from '@meshbed/core';
import { ownTags } from '../../aws/tags.ts';
import { names } from '../../configuration/index.ts';
import type { StepContext } from '../types.ts';

export interface NodeGroupParts {
  nodeRoleArn: string;
  /** Private subnets. */
  subnetIds: string[];
}

export async function ensureNodeGroup(step: StepContext, { nodeRoleArn, subnetIds }: NodeGroupParts): Promise<void> {
  const { local, configuration } = step;
  const { clusterName, nodeCount, nodeType } = configuration;
  const key = { clusterName, nodegroupName: names.nodeGroup };
  const find = async () => {
    try {
      return (await local.eks.send(new DescribeNodegroupCommand(key))).nodegroup;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
  await step.ensure<Nodegroup>({
    kind: 'EKS node group',
    name: names.nodeGroup,
    find,
    async create() {
      const { nodegroup } = await local.eks.send(
        new CreateNodegroupCommand({
          ...key,
          nodeRole: nodeRoleArn,
          subnets: subnetIds,
          instanceTypes: [nodeType],
          amiType: nodeImage,
          scalingConfig: { minSize: nodeCount, maxSize: nodeCount, desiredSize: nodeCount },
          updateConfig: { maxUnavailable: nodeCount },
          tags: ownTags(configuration),
        }),
      );
      return nodegroup as Nodegroup;
    },
  });
  await step.wait({
    what: `EKS node group ${names.nodeGroup}`,
    timeoutMs: 20 * 60_000,
    next: `aws eks describe-nodegroup --cluster-name ${clusterName} --nodegroup-name ${names.nodeGroup}`,
    condition: async () => progressOf(await find()),
  });
}

function progressOf(group: Nodegroup | undefined): Progress<Nodegroup> {
  if (group?.status === 'ACTIVE' || group?.status === 'UPDATING') return ready(group);
  const issues = (group?.health?.issues ?? []).map(({ code, message }) => `${code}: ${message}`).join('; ');
  if (group?.status === 'CREATE_FAILED') {
    throw new MeshbedError('cloud/eks-nodes-failed', 'the node group could not be created', {
      object: names.nodeGroup,
      ...(issues === '' ? {} : { likely: issues }),
    });
  }
  return waiting(`node group is ${group?.status ?? 'not visible yet'}${issues === '' ? '' : ` (${issues})`}`);
}
