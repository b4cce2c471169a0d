import type { AwsClients } from '@meshbed/clients/aws';
import { MeshbedError } from '@meshbed/core';
import { names } from '../../configuration/index.ts';
import { admitting, echo, hbone, shell } from '../../mesh/ports.ts';
import { externalNetwork } from '../../network/plan.ts';
import { ensureIngress, ensureSecurityGroup, securityGroupNamed } from '../../network/security-groups.ts';
import { subnetsNamed } from '../../network/subnets.ts';
import { findVpc } from '../../network/vpc.ts';
import type { AccountName } from '../../scenario/types.ts';
import { findEksVpc } from '../eks-cluster/network.ts';
import type { StepContext } from '../types.ts';

/** Where the tasks of an account run. */
export interface Placement {
  subnets: string[];
  securityGroups: string[];
  assignPublicIp: 'ENABLED' | 'DISABLED';
}

export const placements: Record<AccountName, (step: StepContext) => Promise<Placement>> = {
  /** In the public subnets of EKS's network: their way out is their public address. */
  async local(step) {
    await step.after('eks_cluster.network');
    const vpcId = await findEksVpc(step);
    const [subnets, group] = await Promise.all([
      subnetsNamed(step.local, vpcId, '*Public*'),
      ensureTaskGroup(step, vpcId),
    ]);
    return { subnets, securityGroups: [group], assignPublicIp: 'ENABLED' };
  },

  /** In private subnets, whose way out is the NAT gateway; a public address would be of no use. */
  async external(step) {
    await step.after('infrastructure_iam.external-network');
    const aws = step.aws('external');
    const vpcId = (await findVpc(aws, externalNetwork.vpc, step.configuration))?.VpcId ?? '';
    const [subnets, group] = await Promise.all([
      subnetsNamed(aws, vpcId, 'istio-ecs-private-*'),
      findGroup(aws, vpcId, externalNetwork.securityGroup),
    ]);
    return { subnets, securityGroups: [group], assignPublicIp: 'DISABLED' };
  },
};

/** Among themselves tasks need the mesh's port and, before enrolment, those of the applications. */
async function ensureTaskGroup(step: StepContext, vpcId: string): Promise<string> {
  const name = names.taskSecurityGroup(step.configuration.clusterName);
  const description = 'Tasks of the ECS clusters of the mesh';
  const groupId = await ensureSecurityGroup(step, step.local, { name, description, vpcId });
  const rules = admitting({ groupId }, [hbone, echo, shell]);
  await ensureIngress(step, step.local, { group: groupId, rules });
  return groupId;
}

async function findGroup(aws: AwsClients, vpcId: string, name: string): Promise<string> {
  const group = await securityGroupNamed(aws, vpcId, name);
  if (group?.GroupId) return group.GroupId;
  throw new MeshbedError('cloud/no-security-group', `there is no security group ${name} in ${vpcId || 'the account'}`, {
    next: 'run from the step infrastructure_iam on',
  });
}
