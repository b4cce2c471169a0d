import type { KubeObject, ObjectMeta } from '../objects/index.ts';
import type { Resource } from '../registry/index.ts';
import { isHeld } from './deletion.ts';
import { conflict } from './errors.ts';
import { sameJson } from './json.ts';
import type { WriteOptions } from './store.ts';

/** Fields of the metadata that only the server sets. */
const serverOwned: readonly (keyof ObjectMeta)[] = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
];

export function preserveMetadata(object: KubeObject, old: KubeObject): void {
  const metadata = object.metadata as unknown as Record<string, unknown>;
  for (const field of serverOwned) {
    if (old.metadata[field] === undefined) delete metadata[field];
    else metadata[field] = old.metadata[field];
  }
}

/** The part of `submitted` that a write to `subresource` may change, the rest from `old`. */
export function withSubresource(
  row: Resource,
  old: KubeObject,
  submitted: KubeObject,
  subresource: WriteOptions['subresource'],
): KubeObject {
  if (subresource === 'finalize') {
    return { ...old, metadata: { ...old.metadata }, spec: submitted['spec'] };
  }
  if (subresource === 'status') {
    const { managedFields } = submitted.metadata;
    const metadata = { ...old.metadata, ...(managedFields ? { managedFields } : {}) };
    return { ...old, metadata, status: submitted['status'] };
  }
  if (!row.subresources.includes('status')) return submitted;
  const { status: _ignored, ...rest } = submitted;
  return old['status'] === undefined ? rest : { ...rest, status: old['status'] };
}

/** @throws ApiError Conflict when the object is not the one, or not in the state, that the writer has seen */
export function checkPreconditions(
  row: Resource,
  old: KubeObject,
  wanted: { uid?: string; resourceVersion?: string },
): void {
  const { uid, resourceVersion, name } = old.metadata;
  if (wanted.uid && wanted.uid !== uid) {
    throw conflict(row, name, `Precondition failed: UID in precondition: ${wanted.uid}, UID in object meta: ${uid}`);
  }
  if (wanted.resourceVersion && wanted.resourceVersion !== resourceVersion) {
    const why = 'the object has been modified; please apply your changes to the latest version and try again';
    throw conflict(row, name, why);
  }
}

/** Everything but metadata and status. */
export function desiredState({ metadata: _metadata, status: _status, ...rest }: KubeObject): object {
  return rest;
}

/** A write that changes nothing must not take a resourceVersion, else `kubectl apply` never says `unchanged`. */
export const sameButTimes = (a: KubeObject, b: KubeObject): boolean => sameJson(timeless(a), timeless(b));

const timeless = (object: KubeObject) => ({
  ...object,
  metadata: {
    ...object.metadata,
    managedFields: object.metadata.managedFields?.map(({ time: _time, ...entry }) => entry),
  },
});

/** Whether nothing holds a terminating object any more: no finalizer, and no kubelet that has yet to stop it. */
export const mayGo = (object: KubeObject): boolean =>
  !isHeld(object) && (object.metadata.deletionGracePeriodSeconds ?? 0) === 0;
