import type { ResourceStatus, StackStatus } from '@aws-sdk/client-cloudformation';
import type { World } from '../../context.ts';
import type { ResourceRecord, StackRecord } from '../state.ts';

/** Moves a stack to a status, with its event. */
export function markStack(world: World, stack: StackRecord, status: StackStatus, reason?: string): void {
  stack.status = status;
  stack.statusReason = reason;
  const own = { logicalId: stack.name, physicalId: stack.id, type: 'AWS::CloudFormation::Stack' };
  addEvent(world, stack, { ...own, status: status as ResourceStatus, reason });
  world.log.write('cloudformation', 'stack', { stack: stack.name, status, reason });
}

/** Moves one of its resources to a status, with its event. */
export function markResource(
  world: World,
  stack: StackRecord,
  resource: ResourceRecord,
  { status, reason }: { status: ResourceStatus; reason?: string | undefined },
): void {
  resource.status = status;
  resource.statusReason = reason;
  resource.changedAtMs = world.clock.now();
  const { logicalId, physicalId, type } = resource;
  addEvent(world, stack, { logicalId, physicalId, type, status, reason });
}

function addEvent(
  { ids, clock }: World,
  stack: StackRecord,
  event: Omit<StackRecord['events'][number], 'id' | 'atMs'>,
) {
  stack.events.push({ id: ids.uuid(), atMs: clock.now(), ...event });
}
