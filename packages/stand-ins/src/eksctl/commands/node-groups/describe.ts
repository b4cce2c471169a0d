import { DescribeNodegroupCommand, type Nodegroup } from '@aws-sdk/client-eks';
import { MeshbedError } from '@meshbed/core';
import type { Aws } from '../../aws.ts';

/** @throws MeshbedError when there is none of that name */
export async function describeGroup({ eks }: Aws, clusterName: string, nodegroupName: string): Promise<Nodegroup> {
  try {
    return (await eks.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }))).nodegroup ?? {};
  } catch (cause) {
    const message = `could not find nodegroup "${nodegroupName}": ${(cause as Error).message}`;
    throw new MeshbedError('cloud/eks-nodes', message, { cause, object: nodegroupName });
  }
}
