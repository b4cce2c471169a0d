import { type ControllerContext, keyOf, runController, source, splitKey } from './controller.ts';

/** Removes pods whose node is gone: nobody is left to end them gracefully. */
export function podGarbageCollector(context: ControllerContext): Disposable {
  return runController(context, 'pod-garbage-collector', (key) => removeLost(context, key), [
    source('pods', (pod) => (pod.spec.nodeName === undefined ? [] : [keyOf(pod)])),
    source('nodes', ({ metadata }, store) =>
      store.list('pods', { fieldSelector: `spec.nodeName=${metadata.name}` }).map(keyOf),
    ),
  ]);
}

function removeLost({ store }: ControllerContext, key: string): void {
  const { namespace, name } = splitKey(key);
  const pod = store.get('pods', namespace, name);
  const { nodeName } = pod?.spec ?? {};
  if (!pod || nodeName === undefined || store.get('nodes', undefined, nodeName)) return;
  store.delete('pods', namespace, name, { gracePeriodSeconds: 0 });
}
