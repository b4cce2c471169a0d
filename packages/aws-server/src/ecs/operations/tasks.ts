import type * as ECS from '@aws-sdk/client-ecs';
import type { TaskOverride } from '@aws-sdk/client-ecs';
import type { Handlers } from '../../service.ts';
import { tagsFromList } from '../../tag-records.ts';
import { unmodelled } from '../../unmodelled.ts';
import { validPage } from '../../valid-page.ts';
import { nameOf, taskArn } from '../arns.ts';
import { engineOf } from '../engine.ts';
import { invalidParameter, invalidToken, serviceNotFound } from '../errors.ts';
import { requireExecRole, requireFargate } from '../launch.ts';
import { activeCluster, activeTaskDefinition, visibleTasks } from '../lookup.ts';
import { placementOf } from '../placement.ts';
import { createTask } from '../tasks/create.ts';
import type { ClusterRecord, TaskDefinitionRecord } from '../state.ts';
import { taskView } from '../views.ts';

const mostTasksPerRun = 10;
const mostPerPage = 100;
const everything = ['TAGS'];

export const taskOperations: Handlers<typeof ECS> = {
  RunTask(input, context) {
    const { count = 1, overrides = {}, enableExecuteCommand = false } = input;
    const cluster = activeCluster(context, input.cluster);
    const definition = activeTaskDefinition(context, input.taskDefinition);
    requireFargate(input, cluster);
    if (count < 1 || count > mostTasksPerRun) throw invalidParameter(`Count must be between 1 and ${mostTasksPerRun}.`);
    checkOverrides(definition, overrides);
    if (enableExecuteCommand) requireExecRole(definition, overrides);
    const placement = placementOf(context, input.networkConfiguration);
    const propagated = input.propagateTags === 'TASK_DEFINITION' ? definition.tags : [];
    const managed: [string, string][] = input.enableECSManagedTags ? [['aws:ecs:clusterName', cluster.name]] : [];
    const tasks = Array.from({ length: count }, () =>
      createTask(
        {
          cluster,
          definition,
          overrides,
          placement,
          group: input.group ?? `family:${definition.family}`,
          startedBy: input.startedBy,
          enableExecuteCommand,
          tags: new Map([...propagated, ...tagsFromList(input.tags), ...managed]),
        },
        context.world,
      ),
    );
    for (const task of tasks) engineOf(context.world).runner.start(task);
    return { tasks: tasks.map((task) => taskView(task, everything)), failures: [] };
  },

  StopTask({ cluster: reference, task: taskReference = '', reason }, context) {
    const cluster = activeCluster(context, reference);
    const task = cluster.tasks.get(nameOf(taskReference));
    if (!task) throw invalidParameter('The referenced task was not found.');
    engineOf(context.world).runner.stop(task, 'UserInitiated', reason || 'Task stopped by user');
    return { task: taskView(task, everything) };
  },

  DescribeTasks({ cluster: reference, tasks: references = [], include = [] }, context) {
    const cluster = activeCluster(context, reference);
    if (references.length === 0) throw invalidParameter('Tasks cannot be empty.');
    if (references.length > mostPerPage)
      throw invalidParameter(`At most ${mostPerPage} tasks can be described at once.`);
    const known = new Map(visibleTasks(cluster, context.world.clock.now()).map((task) => [task.id, task]));
    const found = references.map((task) => ({ arn: arnOf(task, cluster), task: known.get(nameOf(task)) }));
    return {
      tasks: found.flatMap(({ task }) => (task ? [taskView(task, include)] : [])),
      failures: found.flatMap(({ arn, task }) => (task ? [] : [{ arn, reason: 'MISSING' }])),
    };
  },

  ListTasks(input, context) {
    const { serviceName: service, family, startedBy, desiredStatus = 'RUNNING', launchType = 'FARGATE' } = input;
    const cluster = activeCluster(context, input.cluster);
    if (service !== undefined && !isKnownService(cluster, service)) throw serviceNotFound();
    const arns = visibleTasks(cluster, context.world.clock.now())
      .filter(
        (task) =>
          task.desiredStatus === desiredStatus &&
          launchType === 'FARGATE' &&
          (service === undefined || task.serviceName === nameOf(service)) &&
          (family === undefined || task.definition.family === family) &&
          (startedBy === undefined || task.startedBy === startedBy),
      )
      .map(({ arn }) => arn);
    const page = validPage(arns, {
      token: input.nextToken,
      size: input.maxResults ?? mostPerPage,
      invalid: invalidToken,
    });
    return { taskArns: page.items, nextToken: page.next };
  },
};

const arnOf = (reference: string, cluster: ClusterRecord) =>
  reference.startsWith('arn:') ? reference : taskArn(cluster, cluster.name, reference);

const isKnownService = (cluster: ClusterRecord, reference: string) => {
  const service = cluster.services.get(nameOf(reference));
  return service !== undefined && service.status !== 'INACTIVE';
};

const overrideNames = new Set(['containerOverrides', 'cpu', 'memory', 'taskRoleArn', 'executionRoleArn']);
const containerOverrideNames = new Set(['name', 'command', 'environment', 'cpu', 'memory', 'memoryReservation']);

function checkOverrides(definition: TaskDefinitionRecord, overrides: TaskOverride): void {
  const strange = [
    ...unmodelled(overrides, overrideNames),
    ...(overrides.containerOverrides ?? []).flatMap((override) => unmodelled(override, containerOverrideNames)),
  ];
  if (strange.length > 0)
    throw invalidParameter(`The override ${strange.join(', ')} is not supported by this sandbox.`);
  const names = new Set(definition.containers.map(({ name }) => name));
  const unknown = overrides.containerOverrides?.find(({ name }) => !names.has(name));
  if (unknown)
    throw invalidParameter(`Override for container named ${unknown.name} is not a container in the TaskDefinition.`);
}
