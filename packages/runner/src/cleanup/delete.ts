import { until, messageOf, ready, waiting, type Clock, type Progress } from '@meshbed/core';
import { runGraph } from '../graph/graph.ts';
import { isBlocked, isGone } from './blockers.ts';
import type { CleanupEvent } from './events.ts';
import { keyOf, look, searchIn } from './inventory.ts';
import { kinds } from './kinds/index.ts';
import { gone, kindIds, type Fate, type Found, type KindId, type Place } from './types.ts';

export interface Deletion {
  places: readonly Place[];
  journaled: readonly string[];
  /** What was shown; what appears meanwhile is added. */
  planned: readonly Found[];
  /** Whether something may be deleted at all. */
  inScope: (found: Found) => boolean;
  wait: boolean;
  clock: Clock;
  signal: AbortSignal;
  patience: number;
  emit: (event: CleanupEvent) => void;
}

/** Deletes kind by kind, each as soon as what blocks it is gone; goes on after a failure. Returns every fate by key. */
export async function deleteAll(deletion: Deletion): Promise<Map<string, Fate>> {
  const fates = new Map<string, Fate>();
  const stuck = new Set<string>();
  const nodes = kindIds.map((id) => ({ id, needs: kinds[id].after }));
  await runGraph(nodes, async ({ id, needs }) => {
    if (deletion.signal.aborted) return 'cancelled';
    // What can't succeed is still tried, but not for long.
    const hopeless = needs.some((need) => stuck.has(need));
    const ended = await Promise.all(
      (await candidates(deletion, id)).map(async (found) => {
        const fate = await deleteOne(deletion, found, hopeless);
        fates.set(keyOf(found), fate);
        return fate;
      }),
    );
    if (ended.some(({ state }) => state !== 'gone')) stuck.add(id);
    return 'done';
  });
  return fates;
}

/** What was planned and what is there at its turn. */
async function candidates({ places, journaled, planned, inScope }: Deletion, kind: KindId): Promise<Found[]> {
  const looks = await Promise.all(places.map((place) => look(searchIn(place, journaled), kind)));
  const all = [...planned.filter((each) => each.kind === kind), ...looks.flatMap(({ found }) => found)];
  return [...new Map(all.filter(inScope).map((found) => [keyOf(found), found])).values()];
}

const hopelessMs = 30_000;

async function deleteOne(deletion: Deletion, item: Found, hopeless: boolean): Promise<Fate> {
  const { clock, signal, patience, wait, emit } = deletion;
  const kind = kinds[item.kind];
  const place = deletion.places.find(({ account }) => account === item.account) as Place;
  const attempt = new Attempt(() => kind.remove(place, item));
  emit({ kind: 'deletion-started', item, atMs: clock.now() });
  const fate = await until(() => attempt.next(), {
    clock,
    signal,
    what: `deletion of ${kind.title} ${item.name}`,
    timeoutMs: wait ? (hopeless ? Math.min(hopelessMs, kind.timeoutMs) : kind.timeoutMs) * patience : 0,
    retryOn: isBlocked,
    onWaiting: (reason) => emit({ kind: 'deletion-waiting', item, reason, atMs: clock.now() }),
  }).then(
    (): Fate => ({ state: 'gone' }),
    (error: unknown): Fate =>
      wait || !attempt.begun ? left(attempt, error) : { state: 'leaving', reason: attempt.begun },
  );
  emit({ kind: 'deletion-ended', item, fate, atMs: clock.now() });
  return fate;
}

/** AWS's own words rather than that time ran out. */
const left = ({ refusal }: Attempt, error: unknown): Fate => ({
  state: 'left',
  reason: messageOf(refusal ?? error),
});

/** Steps of one deletion. */
class Attempt {
  /** What is awaited after the deletion was accepted. */
  begun: string | undefined;
  /** The last refusal. */
  refusal: unknown;
  #missing = 0;
  readonly #step: () => Promise<Progress<typeof gone>>;

  constructor(step: () => Promise<Progress<typeof gone>>) {
    this.#step = step;
  }

  async next(): Promise<Progress<typeof gone>> {
    this.begun = this.refusal = undefined;
    try {
      const progress = await this.#step();
      if (progress.state === 'waiting') this.begun = progress.reason;
      return progress;
    } catch (error) {
      if (!isGone(error)) throw (this.refusal = error);
      // Once may be a part of it that somebody else deleted; twice it is the thing itself.
      return ++this.#missing > 1 ? ready(gone) : waiting('looking again');
    }
  }
}
