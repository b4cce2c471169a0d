import type { KubeObject } from '../objects/index.ts';
import type { Store, WatchEvent } from '../store/index.ts';

const definitions = 'customresourcedefinitions.apiextensions.k8s.io';

/** Every change of any kind that is stored, those of custom resources defined later too. */
export function everyKind(store: Store, listener: (event: WatchEvent, resource: string) => void): Disposable {
  const watches = new Map<string, Disposable>();
  const connect = () => {
    for (const { key, verbs } of store.registry.rows()) {
      if (!verbs.includes('watch') || watches.has(key)) continue;
      watches.set(
        key,
        store.watch(key, (event: WatchEvent) => listener(event, key)),
      );
    }
  };
  connect();
  const definition = store.watch(definitions, connect);
  return {
    [Symbol.dispose]() {
      definition[Symbol.dispose]();
      for (const watch of watches.values()) watch[Symbol.dispose]();
    },
  };
}

/** Every object that is stored. */
export function* everyObject(store: Store): Generator<{ resource: string; object: KubeObject }> {
  for (const { key, verbs } of store.registry.rows()) {
    if (verbs.includes('list')) for (const object of store.list(key)) yield { resource: key, object };
  }
}
