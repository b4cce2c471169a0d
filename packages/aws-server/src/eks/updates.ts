import type { World } from '../context.ts';
import type { ClusterRecord, UpdateRecord } from './state.ts';

/** An update that goes on after the call that began it; DescribeUpdate shows it. */
export function newUpdate(
  { clock, ids }: World,
  cluster: ClusterRecord,
  { type, of, params }: Pick<UpdateRecord, 'type' | 'of' | 'params'>,
): UpdateRecord {
  const update: UpdateRecord = { id: ids.uuid(), status: 'InProgress', type, of, params, createdAtMs: clock.now() };
  cluster.updates.set(update.id, update);
  return update;
}
