import type { IntOrString } from '../../objects/index.ts';

/** One ReplicaSet of a deployment: how many pods it wants and how many of them are available. */
export interface SetSize {
  name: string;
  desired: number;
  available: number;
}

export interface Scaling {
  name: string;
  from: number;
  to: number;
}

export interface RolloutLimits {
  /** Pods allowed above the desired number. */
  surge: number;
  /** Pods allowed to be missing. */
  unavailable: number;
}

/** Percentages are of the desired replicas, surge rounded up, unavailable down; both being 0 would never move. */
export function rolloutLimits(
  replicas: number,
  { maxSurge = '25%', maxUnavailable = '25%' }: { maxSurge?: IntOrString; maxUnavailable?: IntOrString } = {},
): RolloutLimits {
  const surge = resolve(maxSurge, replicas, Math.ceil);
  const unavailable = resolve(maxUnavailable, replicas, Math.floor);
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

function resolve(value: IntOrString, of: number, round: (value: number) => number): number {
  return typeof value === 'string' && value.endsWith('%')
    ? round((Number.parseInt(value, 10) * of) / 100)
    : Number(value);
}

/**
 * The next step of a rolling update: grow the new set within the surge, or else shrink the old ones, unhealthy pods
 * first, as far as enough stay available. `old` is sorted oldest first.
 */
export function rollingUpdate(
  replicas: number,
  limits: RolloutLimits,
  fresh: SetSize,
  old: readonly SetSize[],
): Scaling[] {
  const growth = resizeFresh(replicas, limits, fresh, total(old));
  if (growth) return [growth];
  const minimum = replicas - limits.unavailable;
  const removable = total([fresh, ...old]) - minimum - (fresh.desired - fresh.available);
  if (removable <= 0) return [];
  const healthy = takeUnhealthy(old, removable);
  const available = healthy.reduce((sum, set) => sum + set.available, fresh.available);
  return changes(old, take(healthy, available - minimum));
}

/** The step when old pods must be gone before new ones come. */
export function recreate(
  replicas: number,
  fresh: SetSize | undefined,
  old: readonly SetSize[],
  oldPods: number,
): Scaling[] {
  if (total(old) > 0)
    return changes(
      old,
      old.map((set) => ({ ...set, desired: 0 })),
    );
  if (oldPods > 0 || !fresh || fresh.desired === replicas) return [];
  return [{ name: fresh.name, from: fresh.desired, to: replicas }];
}

function resizeFresh(
  replicas: number,
  { surge }: RolloutLimits,
  fresh: SetSize,
  oldTotal: number,
): Scaling | undefined {
  const room = replicas + surge - oldTotal - fresh.desired;
  const to =
    fresh.desired > replicas ? replicas : fresh.desired + Math.max(0, Math.min(room, replicas - fresh.desired));
  return to === fresh.desired ? undefined : { name: fresh.name, from: fresh.desired, to };
}

function takeUnhealthy(sets: readonly SetSize[], limit: number): SetSize[] {
  let left = limit;
  return sets.map((set) => {
    const taken = Math.min(left, Math.max(0, set.desired - set.available));
    left -= taken;
    return { ...set, desired: set.desired - taken };
  });
}

function take(sets: readonly SetSize[], limit: number): SetSize[] {
  let left = Math.max(0, limit);
  return sets.map((set) => {
    const taken = Math.min(left, set.desired);
    left -= taken;
    return { ...set, desired: set.desired - taken };
  });
}

function changes(before: readonly SetSize[], after: readonly SetSize[]): Scaling[] {
  return before.flatMap(({ name, desired }, index) => {
    const to = after[index]?.desired ?? desired;
    return to === desired ? [] : [{ name, from: desired, to }];
  });
}

const total = (sets: readonly SetSize[]) => sets.reduce((sum, { desired }) => sum + desired, 0);
