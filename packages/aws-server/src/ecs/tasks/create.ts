import type { TaskOverride } from '@aws-sdk/client-ecs';
import type { Clock, Ids } from '@meshbed/core';
import { containerArn, taskArn } from '../arns.ts';
import type { ClusterRecord, ContainerRecord, Placement, Tags, TaskDefinitionRecord, TaskRecord } from '../state.ts';

export interface TaskRequest {
  cluster: ClusterRecord;
  definition: TaskDefinitionRecord;
  overrides?: TaskOverride;
  placement: Placement;
  group: string;
  startedBy?: string | undefined;
  serviceName?: string;
  enableExecuteCommand: boolean;
  tags: Tags;
}

/** A new task in its cluster, not started yet. */
export function createTask(request: TaskRequest, { clock, ids }: { clock: Clock; ids: Ids }): TaskRecord {
  const { cluster, definition } = request;
  const id = ids.hex(32);
  const task: TaskRecord = {
    id,
    arn: taskArn(cluster, cluster.name, id),
    cluster,
    definition,
    overrides: request.overrides ?? {},
    placement: request.placement,
    group: request.group,
    startedBy: request.startedBy,
    serviceName: request.serviceName,
    enableExecuteCommand: request.enableExecuteCommand,
    tags: request.tags,
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    containers: definition.containers.map((container): ContainerRecord => {
      const name = container.name ?? '';
      return {
        name,
        arn: containerArn(cluster, cluster.name, { task: id, container: ids.uuid() }),
        runtimeId: `${id}-${String(ids.integer(2 ** 32)).padStart(10, '0')}`,
        definition: container,
        lastStatus: 'PENDING',
        health: 'UNKNOWN',
      };
    }),
    agent: { status: 'PENDING' },
    attachmentId: ids.uuid(),
    times: { createdAtMs: clock.now() },
    version: 1,
  };
  cluster.tasks.set(id, task);
  return task;
}
