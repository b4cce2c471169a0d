import type { World } from '../../context.ts';
import type { SessionCredential } from '../../accounts/sessions.ts';
import { append, createGroup, createStream, type LogGroup, LogsState, type LogStream } from '../../logs/state.ts';
import type { ContainerRecord, TaskRecord } from '../state.ts';
import { stopReasons, TaskFailure } from './failure.ts';
import { denial } from './roles.ts';

/** Takes a container's output line by line. */
export type LineSink = (line: string) => void;

/**
 * The awslogs driver of a container: one stream `prefix/container/task-id`, made with the execution role before the
 * container starts. Without a log configuration lines go nowhere, as on Fargate.
 *
 * @throws TaskFailure when the group is missing or the execution role may not write to it.
 */
export function openLog(
  world: World,
  task: TaskRecord,
  { container, executionRole }: { container: ContainerRecord; executionRole: SessionCredential | undefined },
): LineSink {
  const options = container.definition.logConfiguration?.options;
  if (!options) return () => undefined;
  const group = groupOf(world, task, { options, executionRole });
  const name = `${options['awslogs-stream-prefix']}/${container.name}/${task.id}`;
  check(world, executionRole, 'logs:CreateLogStream', `${group.arn}:log-stream:${name}`);
  const stream = createStream(group, name, world.clock.now());
  return (line) => write(world, stream, line);
}

function groupOf(
  world: World,
  { cluster: { account, region: ownRegion } }: TaskRecord,
  { options, executionRole }: { options: Record<string, string>; executionRole: SessionCredential | undefined },
): LogGroup {
  const name = options['awslogs-group'] ?? '';
  const region = options['awslogs-region'] ?? ownRegion;
  const state = world.stores.of(LogsState, account, region);
  const existing = state.groups.get(name);
  if (existing) return existing;
  if (options['awslogs-create-group'] !== 'true') throw new TaskFailure(stopReasons.logGroupMissing());
  check(world, executionRole, 'logs:CreateLogGroup', `arn:aws:logs:${region}:${account}:log-group:${name}:*`);
  return createGroup(state, name, { account, region, nowMs: world.clock.now() });
}

function check(world: World, role: SessionCredential | undefined, action: string, resource: string): void {
  const message = role ? denial(world, role, action, resource) : 'the task has no execution role';
  if (message !== undefined) throw new TaskFailure(stopReasons.logAccessDenied(message));
}

function write(world: World, stream: LogStream, message: string): void {
  const nowMs = world.clock.now();
  append(stream, [{ timestampMs: nowMs, message }], nowMs);
}
