import { MeshbedError } from '@meshbed/core';

export interface Activity {
  id: string;
  /** Ids of activities that must have ended. */
  needs: readonly string[];
  ms: number;
}

export interface CriticalPath {
  /** How long all activities take when each begins as soon as it can. */
  ms: number;
  /** The chain that takes so long, from first to last. */
  path: string[];
}

/** The longest chain of activities: nothing that keeps to their needs can be over sooner. @throws MeshbedError `bug/graph` */
export function criticalPath(activities: readonly Activity[]): CriticalPath {
  const byId = new Map(activities.map((activity) => [activity.id, activity]));
  const known = new Map<string, CriticalPath>();
  const endOf = (id: string, after: readonly string[]): CriticalPath => {
    const activity = byId.get(id);
    if (!activity || after.includes(id)) throw impossible(id, after);
    const found = known.get(id) ?? extend(activity, longest(activity.needs.map((need) => endOf(need, [...after, id]))));
    known.set(id, found);
    return found;
  };
  return longest(activities.map(({ id }) => endOf(id, [])));
}

const nothing: CriticalPath = { ms: 0, path: [] };

const longest = (paths: readonly CriticalPath[]): CriticalPath =>
  paths.reduce((found, path) => (path.ms > found.ms ? path : found), nothing);

const extend = ({ id, ms }: Activity, before: CriticalPath): CriticalPath => ({
  ms: before.ms + ms,
  path: ms > 0 ? [...before.path, id] : before.path,
});

function impossible(id: string, after: readonly string[]): MeshbedError {
  const what = after.includes(id) ? 'waits for itself' : `is needed by ${after.at(-1) ?? 'nobody'} and does not exist`;
  return new MeshbedError('bug/graph', `activity ${id} ${what}`);
}
