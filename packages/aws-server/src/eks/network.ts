import { messageOf } from '@meshbed/core';
import type { Subnet } from '@meshbed/fabric';
import type { Context } from '../context.ts';
import { invalidParameter } from './errors.ts';

/** Subnets of the caller. @throws AwsError InvalidParameterException */
export function subnetsOf({ account, region, world }: Context, ids: readonly string[] = []): Subnet[] {
  return ids.map((id) => {
    const subnet = world.fabric.subnets.get(id);
    if (subnet?.ownerId !== account || subnet.region !== region) {
      throw invalidParameter(`The subnet ID '${id}' does not exist`);
    }
    return subnet;
  });
}

/** What a cluster needs: one VPC, two zones. @throws AwsError InvalidParameterException */
export function clusterSubnets(context: Context, ids: readonly string[] = []): Subnet[] {
  const subnets = subnetsOf(context, ids);
  if (new Set(subnets.map(({ vpcId }) => vpcId)).size > 1)
    throw invalidParameter('Provided subnets belong to different VPCs.');
  if (new Set(subnets.map(({ zone }) => zone)).size < 2) {
    throw invalidParameter('Subnets specified must be in at least two different AZs');
  }
  return subnets;
}

/** @throws AwsError InvalidParameterException */
export function checkGroups({ account, world }: Context, ids: readonly string[], vpcId: string): void {
  const missing = ids.find((id) => {
    const group = world.fabric.securityGroups.get(id);
    return group?.ownerId !== account || group.vpcId !== vpcId;
  });
  if (missing !== undefined) throw invalidParameter(`Security group(s) [${missing}] do not exist in VPC ${vpcId}.`);
}

const controlPlaneInterfaces = 2;

/** Interfaces of the control plane, in different zones. @throws AwsError InvalidParameterException when a subnet is full. */
export function createControlPlane(
  { account, region, world }: Context,
  { name, subnets, groupIds }: { name: string; subnets: readonly Subnet[]; groupIds: readonly string[] },
): { eniId: string; ip: string }[] {
  const zones = new Map(subnets.map((subnet) => [subnet.zone, subnet]));
  return [...zones.values()].slice(0, controlPlaneInterfaces).map(({ id: subnetId }) => {
    try {
      const eni = world.fabric.createInterface({
        subnetId,
        groupIds,
        ownerId: account,
        region,
        description: `Amazon EKS ${name}`,
        requesterManaged: true,
      });
      eni.attachment = { id: `eni-attach-${world.ids.hex(17)}`, ownerId: 'amazon-eks' };
      return { eniId: eni.id, ip: eni.ips[0] ?? '' };
    } catch (error) {
      throw invalidParameter(messageOf(error));
    }
  });
}
