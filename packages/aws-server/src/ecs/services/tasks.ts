import type { ServiceRecord, TaskRecord } from '../state.ts';

const pending = new Set(['PROVISIONING', 'PENDING', 'ACTIVATING']);

export const tasksOf = ({ cluster, name }: ServiceRecord): TaskRecord[] =>
  [...cluster.tasks.values()].filter(({ serviceName }) => serviceName === name);

/** Not told to stop. */
export const isActive = ({ desiredStatus }: TaskRecord): boolean => desiredStatus === 'RUNNING';

export const isPending = (task: TaskRecord): boolean => isActive(task) && pending.has(task.lastStatus);

export const isRunning = ({ lastStatus }: TaskRecord): boolean => lastStatus === 'RUNNING';
