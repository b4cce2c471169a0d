import type { Clock, EventLog, Ids } from '@meshbed/core';
import type { KubeObject, ObjectOf } from '../objects/index.ts';
import type { Store } from '../store/index.ts';
import { type Reconcile, WorkQueue } from './queue.ts';
import type { EventRecorder } from './recorder.ts';

/** What every controller of one cluster works with. */
export interface ControllerContext {
  store: Store;
  clock: Clock;
  ids: Ids;
  log: EventLog;
  recorder: EventRecorder;
}

/** Where keys come from: what is there at the start, then every change. */
export type Source = (store: Store, add: (key: string) => void) => Disposable;

/** Keys derived from the objects of one kind; a change gives those of both the old and the new object. */
export function source<Key extends string>(
  resource: Key,
  keys: (object: ObjectOf<Key>, store: Store) => Iterable<string>,
): Source {
  return (store, add) => {
    const addAll = (object: ObjectOf<Key>) => {
      for (const key of keys(object, store)) add(key);
    };
    for (const object of store.list(resource)) addAll(object);
    return store.watch(resource, ({ object, old }) => {
      addAll(object);
      if (old) addAll(old);
    });
  };
}

/** Runs `reconcile` for the keys of `sources` until disposed. */
export function runController(
  context: ControllerContext,
  name: string,
  reconcile: Reconcile,
  sources: readonly Source[],
): Disposable {
  const stack = new DisposableStack();
  const queue = stack.use(new WorkQueue({ name, clock: context.clock, log: context.log, reconcile }));
  for (const connect of sources) stack.use(connect(context.store, (key) => queue.add(key)));
  return stack;
}

/** `namespace/name`, or `/name` for cluster-scoped objects. */
export const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

export function splitKey(key: string): { namespace: string; name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
