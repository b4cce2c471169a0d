import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { redactDeep, type Clock, type Ids } from '@meshbed/core';
import type { Configuration } from '../configuration/index.ts';
import { cleanupJournalName, openJournal } from '../journal/journal.ts';
import { journaledResources } from '../journal/resources.ts';
import { runName } from '../journal/run-name.ts';
import { createCloudContext } from '../run/context.ts';
import { patienceOf, type Target } from '../target.ts';
import { deleteAll, type Deletion } from './delete.ts';
import type { CleanupEvent } from './events.ts';
import { takeInventory, type Inventory } from './inventory.ts';
import { kinds } from './kinds/index.ts';
import { lastLook, type Leftovers } from './left.ts';
import { placesOf } from './places.ts';
import type { Found, Unseen } from './types.ts';

export interface CleanupOptions {
  configuration: Configuration;
  target: Target;
  clock: Clock;
  ids: Ids;
  signal: AbortSignal;
  /** Also the EKS cluster, its nodes and its network. */
  eks: boolean;
  /** Until AWS has finished; otherwise what takes minutes is only asked for. */
  wait: boolean;
  /** Shown what will go before anything does; false stops. */
  confirm: (plan: CleanupPlan) => Promise<boolean>;
  onEvent: (event: CleanupEvent) => void;
}

export interface CleanupPlan {
  items: readonly Found[];
  /** Ours too, but not asked for. */
  kept: readonly Found[];
  unseen: readonly Unseen[];
}

export interface CleanupResult extends Leftovers {
  outcome: 'clean' | 'left' | 'declined' | 'cancelled';
  exitCode: number;
}

/** 5: something of ours is still there, or could not be looked for. */
export const cleanupExitCodes: Readonly<Record<CleanupResult['outcome'], number>> = {
  clean: 0,
  declined: 0,
  left: 5,
  cancelled: 130,
};

/** Finds everything of ours, deletes it, then looks again. Failures are events and an exit code, not exceptions. */
export async function cleanUp(options: CleanupOptions): Promise<CleanupResult> {
  const { target, configuration, clock, ids } = options;
  const directory = join(target.workDir, 'runs', runName(clock.now(), ids));
  mkdirSync(directory, { recursive: true });
  const journal = openJournal<CleanupEvent>(join(directory, cleanupJournalName));
  const emit = (given: CleanupEvent) => {
    const event = redactDeep(given);
    journal.write(event);
    options.onEvent(event);
  };
  using context = createCloudContext({ ...options, directory });
  emit({
    kind: 'cleanup-started',
    cluster: configuration.clusterName,
    target: target.kind,
    eks: options.eks,
    atMs: clock.now(),
  });
  const result = await perform(options, {
    ...options,
    places: placesOf(context),
    journaled: journaledResources(target.workDir, configuration.clusterName),
    planned: [],
    inScope: scopeOf(options.eks),
    patience: patienceOf(context),
    emit,
  });
  const { left, unseen, exitCode } = result;
  emit({ kind: 'cleanup-ended', left, unseen, exitCode, atMs: clock.now() });
  return result;
}

async function perform({ confirm, signal }: CleanupOptions, deletion: Deletion): Promise<CleanupResult> {
  const { places, journaled, inScope, clock, emit } = deletion;
  const ended = (outcome: CleanupResult['outcome'], { left, unseen }: Leftovers = { left: [], unseen: [] }) => ({
    outcome,
    exitCode: cleanupExitCodes[outcome],
    left,
    unseen,
  });
  const plan = planOf(await takeInventory(places, journaled), inScope);
  emit({ kind: 'cleanup-planned', ...plan, atMs: clock.now() });
  if (!(await confirm(plan))) return ended(signal.aborted ? 'cancelled' : 'declined');
  // Incidental things go by themselves: those that are still there at their turn are found then.
  const planned = plan.items.filter(({ kind }) => !kinds[kind].incidental);
  const rest = await rounds({ ...deletion, planned });
  if (signal.aborted) return ended('cancelled');
  return ended(rest.left.length + rest.unseen.length > 0 ? 'left' : 'clean', rest);
}

const mostRounds = 3;

/** Deletes and looks again; what appeared meanwhile gets a round of its own. */
async function rounds(deletion: Deletion, round = 1): Promise<Leftovers> {
  const { clock, signal, emit } = deletion;
  const fates = await deleteAll(deletion);
  if (signal.aborted) return { left: [], unseen: [] };
  emit({ kind: 'sweep-started', atMs: clock.now() });
  const look = await lastLook(deletion, fates);
  return look.late && round < mostRounds ? rounds({ ...deletion, planned: [] }, round + 1) : look;
}

/** With EKS everything goes; without it what belongs to the mesh, inside the cluster too. */
const scopeOf =
  (eks: boolean) =>
  (found: Found): boolean =>
    eks ? !kinds[found.kind].inCluster : !found.eks;

function planOf({ found, unseen }: Inventory, inScope: (found: Found) => boolean): CleanupPlan {
  return {
    items: found.filter((each) => inScope(each)),
    kept: found.filter((each) => !inScope(each) && !kinds[each.kind].inCluster),
    unseen,
  };
}
