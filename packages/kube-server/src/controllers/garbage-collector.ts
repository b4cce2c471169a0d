import type { KubeObject, OwnerReference } from '../objects/index.ts';
import type { Store } from '../store/index.ts';
import { type ControllerContext } from './controller.ts';
import { everyKind, everyObject } from './every-kind.ts';
import { WorkQueue } from './queue.ts';

const foreground = 'foregroundDeletion';
const orphan = 'orphan';

/** Deletes objects whose owners are gone; finishes foreground and orphaning deletions. */
export function garbageCollector({ store, clock, log }: ControllerContext): Disposable {
  const dependents = new Dependents();
  const reconcile = (key: string) => collect(store, dependents, key);
  const queue = new WorkQueue({ name: 'garbage-collector', clock, log, reconcile });
  const visit = (key: string, object: KubeObject) => {
    queue.add(key);
    for (const { uid } of object.metadata.ownerReferences ?? []) queue.add(dependents.keyOfOwner(uid) ?? key);
  };
  for (const { resource, object } of everyObject(store)) {
    dependents.add(objectKey(resource, object), object);
    visit(objectKey(resource, object), object);
  }
  const watch = everyKind(store, ({ type, object }, resource) => {
    const key = objectKey(resource, object);
    if (type === 'DELETED') dependents.remove(key, object);
    else dependents.add(key, object);
    visit(key, object);
    if (type === 'DELETED') for (const dependent of dependents.of(object.metadata.uid)) queue.add(dependent);
  });
  return {
    [Symbol.dispose]() {
      watch[Symbol.dispose]();
      queue[Symbol.dispose]();
    },
  };
}

const objectKey = (resource: string, { metadata }: KubeObject) =>
  `${resource}|${metadata.namespace ?? ''}|${metadata.name}`;

/** Which objects name which owner. */
class Dependents {
  readonly #byOwner = new Map<string, Set<string>>();
  readonly #keyOfUid = new Map<string, string>();

  add(key: string, { metadata }: KubeObject): void {
    this.#keyOfUid.set(metadata.uid, key);
    for (const { uid } of metadata.ownerReferences ?? []) {
      const keys = this.#byOwner.get(uid) ?? new Set();
      this.#byOwner.set(uid, keys.add(key));
    }
  }

  remove(key: string, { metadata }: KubeObject): void {
    this.#keyOfUid.delete(metadata.uid);
    for (const { uid } of metadata.ownerReferences ?? []) {
      const keys = this.#byOwner.get(uid);
      keys?.delete(key);
      if (keys?.size === 0) this.#byOwner.delete(uid);
    }
  }

  of(uid: string): string[] {
    return [...(this.#byOwner.get(uid) ?? [])];
  }

  keyOfOwner(uid: string): string | undefined {
    return this.#keyOfUid.get(uid);
  }
}

function lookUp(store: Store, key: string): { resource: string; object: KubeObject } | undefined {
  const [resource = '', namespace, name = ''] = key.split('|');
  const object = store.registry.byKey(resource) && store.get(resource, namespace, name);
  return object && { resource, object };
}

function collect(store: Store, dependents: Dependents, key: string): void {
  const found = lookUp(store, key);
  if (!found) return;
  const { object } = found;
  const { finalizers = [], deletionTimestamp, ownerReferences = [] } = object.metadata;
  if (deletionTimestamp === undefined) return collectDependent(store, found, ownerReferences);
  const own = dependents.of(object.metadata.uid).flatMap((dependent) => lookUp(store, dependent) ?? []);
  const references = own.filter(({ object: dependent }) => refersTo(dependent, object));
  if (finalizers.includes(orphan)) {
    for (const dependent of references) dropReferences(store, dependent.object, new Set([object.metadata.uid]));
    dropFinalizer(store, object, orphan);
  } else if (finalizers.includes(foreground)) {
    deleteInForeground(store, object, references);
  }
}

const refersTo = ({ metadata }: KubeObject, owner: KubeObject) =>
  metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;

function deleteInForeground(
  store: Store,
  owner: KubeObject,
  references: readonly { resource: string; object: KubeObject }[],
): void {
  const { uid } = owner.metadata;
  for (const { resource, object } of references) {
    const { namespace, name, deletionTimestamp } = object.metadata;
    if (deletionTimestamp === undefined) store.delete(resource, namespace, name, { propagationPolicy: 'Foreground' });
  }
  const left = references.filter(({ resource, object }) =>
    store.get(resource, object.metadata.namespace, object.metadata.name),
  );
  const blocks = ({ object }: { object: KubeObject }) =>
    object.metadata.ownerReferences?.some((reference) => reference.uid === uid && reference.blockOwnerDeletion) ??
    false;
  if (!left.some(blocks)) dropFinalizer(store, owner, foreground);
}

/** Deleted when all its owners are gone; a reference to one of several owners that is gone is dropped. */
function collectDependent(
  store: Store,
  { resource, object }: { resource: string; object: KubeObject },
  references: readonly OwnerReference[],
): void {
  const absent = references.filter((reference) => isAbsent(store, reference, object.metadata.namespace));
  if (absent.length === 0) return;
  const { namespace, name, uid } = object.metadata;
  if (absent.length < references.length)
    return dropReferences(store, object, new Set(absent.map((reference) => reference.uid)));
  store.delete(resource, namespace, name, { propagationPolicy: 'Background', preconditions: { uid } });
}

/** A kind that this cluster doesn't serve (its definition may come yet) says nothing about the owner. */
function isAbsent(
  store: Store,
  { apiVersion, kind, name, uid }: OwnerReference,
  namespace: string | undefined,
): boolean {
  const row = store.registry.byKind(apiVersion, kind);
  if (!row) return false;
  return store.get(row.key, row.namespaced ? namespace : undefined, name)?.metadata.uid !== uid;
}

function dropReferences(store: Store, object: KubeObject, owners: ReadonlySet<string>): void {
  const ownerReferences = object.metadata.ownerReferences?.filter(({ uid }) => !owners.has(uid)) ?? [];
  store.update({ ...object, metadata: { ...object.metadata, ownerReferences } });
}

function dropFinalizer(store: Store, { apiVersion, kind, metadata }: KubeObject, finalizer: string): void {
  const key = store.registry.byKind(apiVersion, kind)?.key ?? '';
  const current = store.get(key, metadata.namespace, metadata.name);
  if (!current) return;
  const finalizers = current.metadata.finalizers?.filter((name) => name !== finalizer) ?? [];
  store.update({ ...current, metadata: { ...current.metadata, finalizers } });
}
