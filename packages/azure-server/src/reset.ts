import { systemClock, Transitions } from '@meshbed/core';
import { keyOf } from './arm/resource-id.ts';
import { deleteAksClusters } from './container-service/take-down.ts';
import { endAll, groupType } from './resources/group-records.ts';
import { stages } from './transitions.ts';
import type { World } from './world.ts';

/** Takes everything out of a subscription, at once and whatever faults are in force. */
export async function resetSubscription(world: World, subscription: string): Promise<void> {
  const scope = `/subscriptions/${subscription}`;
  using transitions = new Transitions(systemClock, 'instant', stages); // the sandbox's own clock may stand still
  const inHurry: World = { ...world, transitions, faults: undefined };
  // Groups of nodes go with their clusters.
  for (const { id } of world.resources.ofType(scope, groupType)) await deleteAksClusters(inHurry, id);
  for (const { id } of world.resources.ofType(scope, groupType)) {
    await endAll(inHurry, id);
    world.resources.delete(id);
  }
  for (const key of world.aks.keys()) if (key.startsWith(`${keyOf(scope)}/`)) world.aks.delete(key);
  world.log.write('azure', 'reset', { subscription });
}
