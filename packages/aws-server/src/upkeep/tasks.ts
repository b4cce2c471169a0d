import type { World } from '../context.ts';
import { EcsState, type TaskRecord } from '../ecs/state.ts';

/** Which tasks: by account, and by a glob over the ARN of task or cluster, the service or the group. */
export interface TaskChoice {
  account?: string | undefined;
  matches: (name: string) => boolean;
}

/** Kills the processes of at most `count` running tasks, as if the machine had. Returns the ARNs. */
export function killTasks({ stores }: World, choice: TaskChoice, count: number): string[] {
  const killed = stores
    .all(EcsState)
    .flatMap(({ clusters }) => [...clusters.values()])
    .filter(({ account }) => choice.account === undefined || account === choice.account)
    .flatMap(({ tasks }) => [...tasks.values()])
    .filter((task) => task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING' && isChosen(task, choice))
    .slice(0, count);
  for (const task of killed) void task.workload?.stop(0);
  return killed.map(({ arn }) => arn);
}

function isChosen({ arn, id, cluster, serviceName, group }: TaskRecord, { matches }: TaskChoice): boolean {
  const service = serviceName === undefined ? [] : [serviceName, `${cluster.name}/${serviceName}`];
  return [arn, id, cluster.name, cluster.arn, group, ...service].some(matches);
}
