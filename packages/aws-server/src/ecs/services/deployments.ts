import type { World } from '../../context.ts';
import type { DeploymentRecord, Placement, ServiceRecord, TaskDefinitionRecord } from '../state.ts';

export function newDeployment(
  { clock, ids }: World,
  definition: TaskDefinitionRecord,
  placement: Placement,
): DeploymentRecord {
  const id = `ecs-svc/${String(ids.integer(2 ** 31)).padStart(10, '0')}${String(ids.integer(10 ** 9)).padStart(9, '0')}`;
  const nowMs = clock.now();
  return {
    id,
    status: 'PRIMARY',
    definition,
    placement,
    failedTasks: 0,
    failuresInRow: 0,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ${id} in progress.`,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}

/** The new deployment takes over at once, without waiting out what the old one failed at. */
export function roll({ clock }: World, service: ServiceRecord, next: DeploymentRecord): void {
  for (const deployment of service.deployments) {
    deployment.status = 'ACTIVE';
    deployment.updatedAtMs = clock.now();
  }
  service.deployments = [next, ...service.deployments];
  service.retryAtMs = 0;
}
