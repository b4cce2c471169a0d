import type { World } from '../../context.ts';
import type { SessionCredential } from '../../accounts/sessions.ts';
import type { TaskRecord } from '../state.ts';
import { assumeRole, denial, roleOf } from './roles.ts';

/** What the agent inside the task calls with the task role to open its channels. */
const actions = [
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
];
const shortSessionMs = 900_000;

/**
 * Why the agent behind ECS Exec can't connect: the task role (not the execution role) lacks an ssmmessages permission.
 * Undefined when it can.
 */
export function agentProblem(world: World, task: TaskRecord): string | undefined {
  const role = roleOf(task, 'taskRoleArn');
  if (role === undefined) return 'the task has no task role';
  let session: SessionCredential;
  try {
    session = assumeRole(world, task, role, shortSessionMs);
  } catch (error) {
    return (error as Error).message;
  }
  return actions.map((action) => denial(world, session, action, '*')).find((message) => message !== undefined);
}
