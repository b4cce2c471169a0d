import { type Resource } from '../arm/resource.ts';
import { groupId } from '../arm/resource-id.ts';
import { type ArmError, conflict } from '../errors.ts';
import type { World } from '../world.ts';

export const groupType = 'Microsoft.Resources/resourceGroups';

export interface ResourceGroup extends Resource {
  state: { provisioning: 'Succeeded' | 'Deleting' };
}

export interface NewGroup {
  subscription: string;
  name: string;
  location: string;
  tags: Record<string, string>;
  /** The resource that this group is part of. */
  managedBy?: string;
}

export function createGroup(world: World, { subscription, name, location, tags, managedBy }: NewGroup): ResourceGroup {
  const state = { provisioning: 'Succeeded' as const };
  const group: ResourceGroup = {
    id: groupId(subscription, name),
    name,
    type: groupType,
    location,
    tags,
    state,
    properties: () => ({ provisioningState: state.provisioning }),
    ...(managedBy === undefined ? {} : { beside: { managedBy } }),
  };
  world.resources.put(group);
  return group;
}

export function findGroup({ resources }: World, subscription: string, name: string): ResourceGroup | undefined {
  return resources.get(groupId(subscription, name)) as ResourceGroup | undefined;
}

export const beingDeleted = (name: string): ArmError =>
  conflict(
    'ResourceGroupBeingDeleted',
    `The resource group '${name}' is in deprovisioning state and cannot perform this operation.`,
  );

/** Nothing new goes into a group that is being deleted. @throws ArmError ResourceGroupBeingDeleted */
export function refuseWhileDeleting({ resources }: World, group: string): void {
  const found = resources.get(group) as ResourceGroup | undefined;
  if (found?.state.provisioning === 'Deleting') throw beingDeleted(found.name);
}

/** Takes everything in a group away. */
export async function endAll({ resources }: World, group: string): Promise<void> {
  for (const resource of resources.below(group)) {
    await resource.end?.();
    resources.delete(resource.id);
  }
}
