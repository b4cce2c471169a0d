import { timestamp } from '../store/index.ts';
import { withCondition } from './conditions.ts';
import { type ControllerContext, keyOf, runController, source, splitKey } from './controller.ts';

/** What the node's kubelet reports of itself: type, status, reason, message. */
const reports = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
] as const;

/** Nodes: their conditions, and the end of pods whose node is gone. */
export function nodeController(context: ControllerContext): Disposable {
  const stack = new DisposableStack();
  stack.use(
    runController(context, 'node-status', (key) => report(context, splitKey(key).name), [
      source('nodes', (node) => [keyOf(node)]),
    ]),
  );
  stack.use(
    runController(context, 'pod-garbage-collector', (key) => removeLost(context, key), [
      source('pods', (pod) => (pod.spec.nodeName === undefined ? [] : [keyOf(pod)])),
      source('nodes', ({ metadata }, store) =>
        store.list('pods', { fieldSelector: `spec.nodeName=${metadata.name}` }).map(keyOf),
      ),
    ]),
  );
  return stack;
}

function report({ store, clock, recorder }: ControllerContext, name: string): void {
  const node = store.get('nodes', undefined, name);
  if (!node) return;
  const now = timestamp(clock.now());
  const missing = reports.filter(
    ([type, status]) => !node.status?.conditions?.some((one) => one.type === type && one.status === status),
  );
  if (missing.length === 0) return;
  let conditions = node.status?.conditions;
  for (const [type, status, reason, message] of missing)
    conditions = withCondition(conditions, { type, status, reason, message }, now);
  store.updateStatus({ ...node, status: { ...node.status, conditions } });
  recorder.record(
    'kubelet',
    node,
    { type: 'Normal', reason: 'NodeReady', message: `Node ${name} status is now: NodeReady` },
    name,
  );
}

/** Nobody is left to end these pods gracefully. */
function removeLost({ store }: ControllerContext, key: string): void {
  const { namespace, name } = splitKey(key);
  const pod = store.get('pods', namespace, name);
  const { nodeName } = pod?.spec ?? {};
  if (!pod || nodeName === undefined || store.get('nodes', undefined, nodeName)) return;
  store.delete('pods', namespace, name, { gracePeriodSeconds: 0 });
}
