import type * as ECS from '@aws-sdk/client-ecs';
import type { Context } from '../../context.ts';
import { splitWords } from '../../data-channel/words.ts';
import type { Handlers } from '../../service.ts';
import { nameOf } from '../arns.ts';
import { engineOf } from '../engine.ts';
import { clientError, invalidParameter, targetNotConnected } from '../errors.ts';
import { activeCluster } from '../lookup.ts';
import type { ContainerRecord, TaskRecord } from '../state.ts';

const notEnabled =
  "The execute command failed because execute command was not enabled when the task was run or the execute command agent isn't running. " +
  'Wait and try again or run a new task with execute command enabled and try again.';

export const execOperations: Handlers<typeof ECS> = {
  ExecuteCommand(
    { cluster: reference, task: taskReference = '', container: name, command = '', interactive },
    context,
  ) {
    const cluster = activeCluster(context, reference);
    const task = cluster.tasks.get(nameOf(taskReference));
    if (!task) throw invalidParameter('The specified task was not found.');
    if (task.desiredStatus === 'STOPPED')
      throw invalidParameter('The execute command failed because the task is stopping or stopped.');
    if (!interactive)
      throw invalidParameter('Interactive must be set to true: commands without a terminal are not supported.');
    const container = containerOf(task, name);
    if (!task.enableExecuteCommand) throw invalidParameter(notEnabled);
    requireAgent(context, task, container);
    const session = openSession(context, task, container.name, command);
    return {
      clusterArn: cluster.arn,
      taskArn: task.arn,
      containerArn: container.arn,
      containerName: container.name,
      interactive: true,
      session,
    };
  },
};

function containerOf({ containers }: TaskRecord, name: string | undefined): ContainerRecord {
  if (name === undefined && containers.length > 1) {
    throw invalidParameter('The task has more than one container: specify the container name.');
  }
  const container = name === undefined ? containers[0] : containers.find((candidate) => candidate.name === name);
  if (!container) throw clientError(`The container ${name} was not found in the task.`);
  return container;
}

/** The agent is tried anew: a permission may have come meanwhile. */
function requireAgent({ world }: Context, task: TaskRecord, container: ContainerRecord): void {
  if (task.lastStatus !== 'RUNNING' || container.lastStatus !== 'RUNNING') throw invalidParameter(notEnabled);
  if (container.definition.readonlyRootFilesystem) throw targetNotConnected();
  if (task.agent.status === 'RUNNING') return;
  if (task.agent.reason === undefined) throw invalidParameter(notEnabled);
  engineOf(world).runner.connectAgent(task);
  throw task.agent.reason === undefined ? invalidParameter(notEnabled) : targetNotConnected();
}

function openSession({ world }: Context, task: TaskRecord, container: string, command: string) {
  const { channels } = engineOf(world);
  const { sessionId, tokenValue, path } = channels.prepare(() => {
    if (!task.workload) throw new Error('the task has stopped');
    return task.workload.exec(container, splitWords(command), { tty: true });
  });
  world.log.write('ecs-exec', 'session', { task: task.arn, container, command, session: sessionId });
  return { sessionId, tokenValue, streamUrl: world.url().replace(/^http/, 'ws') + path };
}
