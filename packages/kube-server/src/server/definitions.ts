import type { CustomResourceDefinition } from '../objects/index.ts';
import { keyOf } from '../registry/index.ts';
import { copyJson, type Store } from '../store/index.ts';
import { definitionFinalizer } from '../strategies/index.ts';

const definitions = 'customresourcedefinitions.apiextensions.k8s.io' as const;

/** Deletes the objects of a definition that is being deleted, and lets it go with the last of them. */
export function cleanUpDefinitions(store: Store): void {
  store.watch(definitions, ({ type, object }) => {
    if (type !== 'MODIFIED' || object.metadata.deletionTimestamp === undefined) return;
    const resource = keyOf(object.spec.group, object.spec.names.plural);
    if (isEmpty(store, resource)) return release(store, object);
    const waiting = store.watch(resource, () => {
      if (!isEmpty(store, resource)) return;
      waiting[Symbol.dispose]();
      release(store, object);
    });
    for (const { metadata } of store.list(resource)) {
      if (metadata.deletionTimestamp === undefined) store.delete(resource, metadata.namespace, metadata.name);
    }
  });
}

const isEmpty = (store: Store, resource: string) => store.list(resource).length === 0;

function release(store: Store, { metadata: { name } }: CustomResourceDefinition): void {
  const definition = store.get(definitions, undefined, name);
  if (!definition?.metadata.finalizers?.includes(definitionFinalizer)) return;
  const left = copyJson(definition);
  left.metadata.finalizers = definition.metadata.finalizers.filter((finalizer) => finalizer !== definitionFinalizer);
  store.update(left);
}
