import type { Pod } from '../../objects/index.ts';
import { timestamp } from '../../store/index.ts';
import { findCondition, withCondition } from '../conditions.ts';
import { type ControllerContext, keyOf, runController, source, splitKey } from '../controller.ts';
import { isFinished } from '../pods.ts';
import { place } from './placement.ts';

/** Assigns a node to every pod that has none. */
export function scheduler(context: ControllerContext): Disposable {
  const { store } = context;
  return runController(context, 'scheduler', (key) => schedule(context, key), [
    source('pods', (pod) => (unassigned(pod) ? [keyOf(pod)] : [])),
    source('nodes', () => store.list('pods').filter(unassigned).map(keyOf)),
  ]);
}

const unassigned = ({ spec, metadata }: Pod) => spec.nodeName === undefined && metadata.deletionTimestamp === undefined;

const component = 'default-scheduler';

function schedule({ store, clock, recorder }: ControllerContext, key: string): void {
  const { namespace, name } = splitKey(key);
  const pod = store.get('pods', namespace, name);
  if (!pod || !unassigned(pod)) return;
  const placed = store.list('pods').filter((other) => other.spec.nodeName !== undefined && !isFinished(other));
  const placement = place(pod, store.list('nodes'), placed);
  const now = timestamp(clock.now());
  if (placement.kind === 'none') {
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: placement.reason,
    } as const;
    if (findCondition(pod.status?.conditions, 'PodScheduled')?.message === placement.reason) return;
    store.updateStatus({
      ...pod,
      status: { ...pod.status, conditions: withCondition(pod.status?.conditions, condition, now) },
    });
    return recorder.record(component, pod, { type: 'Warning', reason: 'FailedScheduling', message: placement.reason });
  }
  const bound = store.update({ ...pod, spec: { ...pod.spec, nodeName: placement.name } }) as Pod;
  const conditions = withCondition(bound.status?.conditions, { type: 'PodScheduled', status: 'True' }, now);
  store.updateStatus({ ...bound, status: { ...bound.status, conditions } });
  const message = `Successfully assigned ${namespace}/${name} to ${placement.name}`;
  recorder.record(component, pod, { type: 'Normal', reason: 'Scheduled', message });
}
