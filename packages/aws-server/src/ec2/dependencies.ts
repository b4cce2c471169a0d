/** What has to go before an object can be deleted. */
import type { Peering, SecurityGroup, Subnet, Vpc } from '@meshbed/fabric';
import type { Context } from '../context.ts';
import { dependencyViolation, hasDependencies } from './errors.ts';

const inVpc =
  (vpcId: string) =>
  (object: { vpcId?: string | undefined }): boolean =>
    object.vpcId === vpcId;

/** @throws AwsError DependencyViolation while anything but the VPC's own main table and default group is left in it. */
export function checkVpcUnused({ world: { fabric } }: Context, { id }: Vpc): void {
  const here = inVpc(id);
  const blockers: readonly boolean[] = [
    [...fabric.interfaces.values()].some(here),
    [...fabric.subnets.values()].some(here),
    [...fabric.internetGateways.values()].some(here),
    [...fabric.natGateways.values()].some((nat) => here(nat) && !['deleted', 'failed'].includes(nat.state)),
    [...fabric.routeTables.values()].some((table) => here(table) && !table.associations.some(({ main }) => main)),
    [...fabric.securityGroups.values()].some((group) => here(group) && group.name !== 'default'),
    // The other account's request has to be rejected first; one's own goes with the VPC.
    [...fabric.peerings.values()].some(
      ({ accepterVpcId, status, accepterOwnerId, requesterOwnerId }) =>
        accepterVpcId === id && status === 'pending-acceptance' && accepterOwnerId !== requesterOwnerId,
    ),
  ];
  if (blockers.includes(true)) throw hasDependencies(`vpc '${id}'`);
}

/** The VPC with what goes along with it. */
export function deleteVpcParts({ world: { fabric } }: Context, { id }: Vpc): void {
  for (const map of [fabric.routeTables, fabric.securityGroups]) {
    for (const [key, object] of map) if (object.vpcId === id) map.delete(key);
  }
  for (const peering of fabric.peerings.values()) {
    if (isOf(peering, id) && !ended.has(peering.status)) {
      peering.status = 'deleted';
      peering.message = 'Deleted with its VPC';
    }
  }
  fabric.vpcs.delete(id);
}

const ended = new Set<Peering['status']>(['failed', 'rejected', 'deleting', 'deleted', 'expired']);
const isOf = ({ accepterVpcId, requesterVpcId }: Peering, vpcId: string) =>
  accepterVpcId === vpcId || requesterVpcId === vpcId;

/** @throws AwsError DependencyViolation while an interface is in the subnet. */
export function checkSubnetUnused({ world: { fabric } }: Context, { id }: Subnet): void {
  const blocked = [...fabric.interfaces.values()].some(({ subnetId }) => subnetId === id);
  if (blocked) throw hasDependencies(`subnet '${id}'`);
}

/** @throws AwsError DependencyViolation while interfaces have the group or another group's rule refers to it. */
export function checkGroupUnused({ world: { fabric } }: Context, { id }: SecurityGroup): void {
  const used = [...fabric.interfaces.values()].some(({ groupIds }) => groupIds.includes(id));
  const referenced = [...fabric.securityGroups.values()].some(
    (other) => other.id !== id && other.rules.some(({ source }) => 'groupId' in source && source.groupId === id),
  );
  if (used || referenced) throw dependencyViolation(`resource ${id} has a dependent object`);
}

/** @throws AwsError DependencyViolation while public addresses are mapped in the VPC. */
export function checkNoPublicAddresses({ world: { fabric } }: Context, vpcId: string): void {
  const mapped = [...fabric.interfaces.values()].some((eni) => eni.vpcId === vpcId && eni.publicIps.size > 0);
  if (!mapped) return;
  const message = `Network ${vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`;
  throw dependencyViolation(message);
}
