import { expect, test } from 'vitest';
import { type Goal, planStep, type ScheduledTask } from './plan.ts';

/** `new:up`, `old:starting`, `new:sick`: id is the position. */
function parse(texts: readonly string[]): ScheduledTask[] {
  return texts.map((text, index) => {
    const [deploymentId = '', state] = text.split(':');
    return { id: String(index), deploymentId, up: state === 'up', health: state === 'sick' ? 'UNHEALTHY' : 'UNKNOWN' };
  });
}

const cases: { name: string; tasks: string[]; goal?: Partial<Goal>; start: number; stop?: string[] }[] = [
  { name: 'nothing there: starts', tasks: [], start: 1 },
  { name: 'as desired: nothing to do', tasks: ['new:up'], start: 0 },
  { name: 'still starting: waits', tasks: ['new:starting'], start: 0 },
  { name: 'new revision: starts beside the old one', tasks: ['old:up'], start: 1 },
  { name: 'new one is starting: the old one stays', tasks: ['old:up', 'new:starting'], start: 0 },
  { name: 'new one is up: the old one goes', tasks: ['old:up', 'new:up'], start: 0, stop: ['0 replaced'] },
  { name: 'an old one that never came up goes at once', tasks: ['old:starting'], start: 1, stop: ['0 replaced'] },
  { name: 'unhealthy: is replaced', tasks: ['new:sick'], start: 1, stop: ['0 unhealthy'] },
  { name: 'scaling up', tasks: ['new:up'], goal: { desiredCount: 3 }, start: 2 },
  { name: 'scaling down: those not up go first', tasks: ['new:up', 'new:starting'], start: 0, stop: ['1 scaling'] },
  {
    name: 'scaling to zero stops everything',
    tasks: ['new:up', 'old:up'],
    goal: { desiredCount: 0 },
    start: 0,
    stop: ['0 scaling', '1 replaced'],
  },
  {
    name: 'no room above the maximum: old ones go as far as the minimum allows',
    tasks: ['old:up', 'old:up'],
    goal: { desiredCount: 2, maximumPercent: 100, minimumHealthyPercent: 50 },
    start: 1,
    stop: ['0 replaced'],
  },
  {
    name: 'maximum limits the start',
    tasks: ['old:up', 'old:up'],
    goal: { desiredCount: 2, maximumPercent: 150 },
    start: 1,
  },
];

test.each(cases)('rolling update: $name', ({ tasks, goal, start, stop = [] }) => {
  const plan = planStep({
    desiredCount: 1,
    primaryId: 'new',
    minimumHealthyPercent: 100,
    maximumPercent: 200,
    tasks: parse(tasks),
    ...goal,
  });
  expect({ start: plan.start, stop: plan.stop.map(({ id, why }) => `${id} ${why}`) }).toEqual({ start, stop });
});
