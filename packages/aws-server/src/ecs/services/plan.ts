import type { Health } from '@meshbed/core';

/** A task as the scheduler sees it; stopped ones, and those told to stop, are left out. */
export interface ScheduledTask {
  id: string;
  deploymentId: string;
  /** Running, and healthy where health is checked. */
  up: boolean;
  health: Health;
}

export interface Goal {
  desiredCount: number;
  primaryId: string;
  minimumHealthyPercent: number;
  maximumPercent: number;
  tasks: readonly ScheduledTask[];
}

export interface Plan {
  /** How many tasks of the primary deployment to start. */
  start: number;
  stop: readonly { id: string; why: 'unhealthy' | 'scaling' | 'replaced' }[];
}

/**
 * One step of a rolling update: never more than `maximumPercent` of the desired tasks at a time, and old ones go only
 * while `minimumHealthyPercent` stay up. An unhealthy task is replaced before anything else.
 */
export function planStep({ desiredCount, primaryId, minimumHealthyPercent, maximumPercent, tasks }: Goal): Plan {
  const unhealthy = tasks.filter(({ health }) => health === 'UNHEALTHY');
  const alive = tasks.filter(({ health }) => health !== 'UNHEALTHY');
  const primary = alive.filter(({ deploymentId }) => deploymentId === primaryId);
  const old = alive.filter(({ deploymentId }) => deploymentId !== primaryId);

  const surplus = waitingFirst(primary).slice(0, Math.max(primary.length - desiredCount, 0));
  const leastUp = Math.ceil((desiredCount * minimumHealthyPercent) / 100);
  const staying = primary.length - surplus.length;
  const upAndStaying = count(primary) - count(surplus);
  const spareUp = Math.max(upAndStaying + count(old) - leastUp, 0);
  const replaced = [...old.filter(({ up }) => !up), ...old.filter(({ up }) => up).slice(0, spareUp)];

  const most = Math.floor((desiredCount * maximumPercent) / 100);
  const room = most - staying - (old.length - replaced.length);
  return {
    start: Math.max(Math.min(desiredCount - staying, room), 0),
    stop: [...because(unhealthy, 'unhealthy'), ...because(surplus, 'scaling'), ...because(replaced, 'replaced')],
  };
}

const count = (tasks: readonly ScheduledTask[]) => tasks.filter(({ up }) => up).length;
const waitingFirst = (tasks: readonly ScheduledTask[]) => tasks.toSorted((a, b) => Number(a.up) - Number(b.up));
const because = (tasks: readonly ScheduledTask[], why: Plan['stop'][number]['why']) =>
  tasks.map(({ id }) => ({ id, why }));
