import type { KubeObject, ObjectOf, OwnerReference } from '../objects/index.ts';
import type { Store } from '../store/index.ts';

/** The reference that makes `owner` the controller of a new object. */
export function controllerReference(owner: KubeObject): OwnerReference {
  const { apiVersion, kind, metadata } = owner;
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true };
}

export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((reference) => reference.controller);
}

/** Objects of one kind that `owner` controls, oldest first. */
export function controlledBy<Key extends string>(store: Store, resource: Key, owner: KubeObject): ObjectOf<Key>[] {
  const { namespace, uid } = owner.metadata;
  return store
    .list(resource, { namespace })
    .filter((object) => controllerOf(object)?.uid === uid)
    .toSorted((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp));
}

/** The key of the controlling object when it is of `kind`. */
export function controllerKeys(kind: string): (object: KubeObject) => string[] {
  return (object) => {
    const owner = controllerOf(object);
    return owner?.kind === kind ? [`${object.metadata.namespace ?? ''}/${owner.name}`] : [];
  };
}
