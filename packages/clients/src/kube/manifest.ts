import type { KubeObject, ObjectMeta } from '@meshbed/kube-client';

/** A Kubernetes object as it is written in YAML. */
export interface Manifest extends KubeObject {
  [field: string]: unknown;
}

/** Enough to find an object. */
export type Reference = Pick<Manifest, 'apiVersion' | 'kind'> & { metadata: Pick<ObjectMeta, 'name' | 'namespace'> };

/** `Kind namespace/name`, for people. */
export function nameOf({ kind, metadata }: Reference): string {
  return metadata.namespace === undefined
    ? `${kind} ${metadata.name}`
    : `${kind} ${metadata.namespace}/${metadata.name}`;
}

/**
 * Whether everything in `wanted` is in `live`. The server adds defaults and status, so that only what was asked for is
 * compared; an empty or undefined wish is met by absence.
 */
export function contains(live: unknown, wanted: unknown): boolean {
  if (wanted === undefined) return true;
  if (Array.isArray(wanted)) {
    return sameLength(live, wanted) && wanted.every((item, index) => contains((live as unknown[])[index], item));
  }
  if (typeof wanted !== 'object' || wanted === null) return live === wanted;
  const fields = Object.entries(wanted);
  if (live === undefined || live === null) return fields.length === 0;
  return fields.every(([name, value]) => contains((live as Record<string, unknown>)[name], value));
}

function sameLength(live: unknown, wanted: readonly unknown[]): boolean {
  return Array.isArray(live) ? live.length === wanted.length : live === undefined && wanted.length === 0;
}
