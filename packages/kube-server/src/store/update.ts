import type { KubeObject, ObjectMeta } from '../objects/index.ts';
import type { Resource } from '../registry/index.ts';
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
