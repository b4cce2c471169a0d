import { messageOf } from '@meshbed/core';
import { vpc } from './kinds/vpc.ts';
import { kinds } from './kinds/index.ts';
import { kindIds, type Found, type KindId, type Place, type Search, type Unseen } from './types.ts';

/** Everything of ours that is there now. */
export interface Inventory {
  found: Found[];
  unseen: Unseen[];
}

/** Looks for one kind in one account. An account that doesn't answer is no reason not to look into the other. */
export async function look(search: Search, kind: KindId): Promise<Inventory> {
  const { account, accountId } = search;
  if (!isIn(search, kind)) return { found: [], unseen: [] };
  try {
    const sightings = await kinds[kind].find(search);
    const found = sightings.map((sighting) => ({ ...sighting, kind, account, accountId }));
    return { found, unseen: [] };
  } catch (error) {
    return { found: [], unseen: [{ kind, account, reason: messageOf(error) }] };
  }
}

function isIn({ azure }: Place, kind: KindId): boolean {
  const { cloud = 'aws' } = kinds[kind];
  return cloud === 'both' || (cloud === 'azure') === (azure !== undefined);
}

export async function takeInventory(places: readonly Place[], journaled: readonly string[]): Promise<Inventory> {
  const searches = places.map((place) => searchIn(place, journaled));
  const parts = await Promise.all(searches.flatMap((search) => kindIds.map((kind) => look(search, kind))));
  return { found: parts.flatMap(({ found }) => found), unseen: parts.flatMap(({ unseen }) => unseen) };
}

/** A fresh look: nothing is remembered from an earlier one but what the journals say. */
export function searchIn(place: Place, journaled: readonly string[]): Search {
  let vpcs: Promise<string[]> | undefined;
  const search: Search = {
    ...place,
    journaled,
    vpcs: () => (vpcs ??= vpc.find(search).then((found) => found.map(({ id }) => id))),
  };
  return search;
}

/** One and the same in two inventories. */
export const keyOf = ({ account, kind, within = '', id }: Found): string => [account, kind, within, id].join(' ');
