import { assumeRoleAsService } from '../../authorization/index.ts';
import type { SessionCredential } from '../../accounts/sessions.ts';
import type { World } from '../../context.ts';
import { messageOf } from '@meshbed/core';
import type { TaskRecord } from '../state.ts';
import { stopReasons, TaskFailure } from './failure.ts';

export const tasksService = 'ecs-tasks.amazonaws.com';

type Kind = 'taskRoleArn' | 'executionRoleArn';

/** A task's override wins over the task definition; a bare name is a role of the account. */
export function roleOf({ overrides, definition, cluster }: TaskRecord, kind: Kind): string | undefined {
  const role = overrides[kind] ?? definition.input[kind];
  return role ? roleArn(role, cluster.account) : undefined;
}

export const roleArn = (nameOrArn: string, account: string): string =>
  nameOrArn.startsWith('arn:') ? nameOrArn : `arn:aws:iam::${account}:role/${nameOrArn}`;

/** @throws TaskFailure when the role is gone or does not trust ECS. */
export function assumeRole(world: World, task: TaskRecord, role: string, ttlMs: number): SessionCredential {
  const request = { service: tasksService, roleArn: role, sourceArn: task.cluster.arn, sessionName: task.id, ttlMs };
  try {
    return assumeRoleAsService(world, request);
  } catch (error) {
    world.log.write('ecs', 'role refused', { task: task.arn, role, message: messageOf(error) });
    throw new TaskFailure(stopReasons.roleNotAssumable(role));
  }
}

/** Why the session may not do `action`; undefined when it may. */
export function denial(
  world: World,
  { principal }: SessionCredential,
  action: string,
  resource: string,
): string | undefined {
  try {
    world.authorize(principal, [{ action, resource }]);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
