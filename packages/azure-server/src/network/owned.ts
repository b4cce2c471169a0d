import type { Owned } from '@meshbed/fabric';
import type { World } from '../world.ts';

/** Where a network object belongs. */
export interface Owner {
  world: World;
  subscription: string;
  /** Id of the resource group. */
  group: string;
  location: string;
}

/** What every object of the fabric says of itself. */
export const owned = ({ subscription, location }: Owner, id: string): Owned => ({
  id,
  ownerId: subscription,
  region: location,
  tags: new Map(),
});

export const namespace = 'Microsoft.Network';
