import type { ECSClient, Service, Task } from '@aws-sdk/client-ecs';
import { MeshbedError, ready, waiting, type Progress } from '@meshbed/core';
import { tasksOf } from '../../aws/tasks.ts';
import type { StepContext } from '../types.ts';
import { describeService, type ServiceKey } from './service.ts';

/** Why tasks end that may start at the next try: a new role is not visible to ECS at once. */
const passing = /unable to assume the role|unable to assume role/i;

/** One deployment, all its tasks running and reachable by ECS Exec. A task that can't start ends the wait. */
export async function awaitStable(step: StepContext, ecs: ECSClient, key: ServiceKey): Promise<Task> {
  return step.wait({
    what: `ECS service ${key.cluster}/${key.service}`,
    timeoutMs: 15 * 60_000,
    next: `aws ecs describe-services --cluster ${key.cluster} --services ${key.service}`,
    async condition() {
      const [service, running] = await Promise.all([describeService(ecs, key), tasksOf(ecs, key, 'RUNNING')]);
      const stopped = hasFailures(service) ? await tasksOf(ecs, key, 'STOPPED') : [];
      return stability(key, { service, running, stopped });
    },
  });
}

/** ECS counts the tasks of a deployment that could not start, in a row. */
const hasFailures = (service: Service | undefined): boolean =>
  (service?.deployments ?? []).some(({ failedTasks = 0 }) => failedTasks > 0);

export interface ServiceSituation {
  service: Service | undefined;
  running: readonly Task[];
  stopped: readonly Task[];
}

/** @throws MeshbedError `cloud/task-failed` when a task of the present revision could not start. */
export function stability(
  { service: name }: ServiceKey,
  { service, running, stopped }: ServiceSituation,
): Progress<Task> {
  if (!service) return waiting(`service ${name} is not visible yet`);
  const current = ({ taskDefinitionArn }: Task) => taskDefinitionArn === service.taskDefinition;
  const failed = stopped.find((task) => current(task) && task.stopCode === 'TaskFailedToStart');
  if (failed && !passing.test(reasonOf(failed))) throw taskFailed(name, failed);
  if (failed && running.length === 0) return waiting(`service ${name}: ${reasonOf(failed)}`);
  const task = running.find(current);
  if (!task) return waiting(`service ${name}: no task of the present revision yet`);
  if (task.lastStatus !== 'RUNNING') return waiting(`service ${name}: task is ${task.lastStatus}`);
  const proxy = task.containers?.find(({ name: container }) => container === 'ztunnel');
  if (proxy && proxy.healthStatus !== 'HEALTHY')
    return waiting(`service ${name}: container ztunnel is ${proxy.healthStatus ?? 'starting'}`);
  const others = running.filter((other) => other !== task).length;
  if (others > 0) return waiting(`service ${name}: ${others} old task${others > 1 ? 's are' : ' is'} still running`);
  const [withAgent, all] = agents(task);
  return withAgent >= all ? ready(task) : waiting(`service ${name}: the ECS Exec agent does not run yet`);
}

function agents({ containers = [] }: Task): [running: number, all: number] {
  const found = containers
    .flatMap(({ managedAgents = [] }) => managedAgents)
    .filter((agent) => agent.name === 'ExecuteCommandAgent');
  return [found.filter(({ lastStatus }) => lastStatus === 'RUNNING').length, Math.max(found.length, 1)];
}

/** A container's reason is the precise one; the task's often only says that an essential container ended. */
function reasonOf({ containers = [], stoppedReason }: Task): string {
  const reasons = containers.flatMap(({ reason }) => reason ?? []);
  return [...new Set([stoppedReason, ...reasons].filter((reason) => reason !== undefined))].join(': ');
}

function taskFailed(service: string, task: Task): MeshbedError {
  return new MeshbedError('cloud/task-failed', `a task of ${service} could not start: ${reasonOf(task)}`, {
    object: task.taskArn ?? service,
    next: 'check the image, the execution role and the way out of the subnet, then run again',
  });
}
