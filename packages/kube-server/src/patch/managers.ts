import type { FieldSet, KubeObject, ManagedFields } from '../objects/index.ts';
import { sameJson } from '../store/json.ts';
import { addPath, fieldSetOf, leavesOf, valueAt, withoutPath } from './field-set.ts';
import type { Structure } from './structure.ts';

/** Who writes, and through which door. */
export interface Writer {
  manager: string;
  subresource?: string | undefined;
  /** RFC 3339. */
  time: string;
}

/** Metadata that nobody owns. */
const unowned = new Set([
  'name',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'managedFields',
  'generateName',
  'selfLink',
]);

/** The part of an object whose fields can be owned, through the given subresource. */
export function ownable(object: Partial<KubeObject>, subresource: string | undefined): Record<string, unknown> {
  if (subresource === 'status') return object['status'] === undefined ? {} : { status: object['status'] };
  const { apiVersion: _version, kind: _kind, metadata = {}, status: _status, ...rest } = object;
  const kept = Object.entries(metadata).filter(([key]) => !unowned.has(key));
  return kept.length === 0 ? rest : { metadata: Object.fromEntries(kept), ...rest };
}

export const isEntryOf =
  ({ manager, subresource }: Writer, operation: ManagedFields['operation']) =>
  (entry: ManagedFields): boolean =>
    entry.manager === manager && entry.operation === operation && (entry.subresource ?? '') === (subresource ?? '');

export const entryFor = (
  { manager, subresource, time }: Writer,
  { operation, apiVersion, fieldsV1 }: Pick<ManagedFields, 'operation' | 'apiVersion' | 'fieldsV1'>,
): ManagedFields => ({
  manager,
  operation,
  apiVersion,
  time,
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...(subresource ? { subresource } : {}),
});

export const isEmpty = (set: FieldSet): boolean => Object.keys(set).length === 0;

/**
 * The managedFields after a write that is not an apply: the writer takes over what changed, and nobody owns what is gone.
 * Entries keep their places, so that a write that changes nothing stays one.
 */
export function trackUpdate(
  old: KubeObject | undefined,
  next: KubeObject,
  writer: Writer,
  structure: Structure,
): ManagedFields[] {
  const entries = next.metadata.managedFields ?? old?.metadata.managedFields ?? [];
  const [before, after] = [ownable(old ?? {}, writer.subresource), ownable(next, writer.subresource)];
  const changed = changedPaths(before, after, structure);
  const mine = isEntryOf(writer, 'Update');
  const updated = entries.map((entry) => {
    const lost = [...leavesOf(entry.fieldsV1)].filter((path) => isGone(path, before, after));
    const left = lost.reduce(withoutPath, entry.fieldsV1);
    const fieldsV1 = mine(entry) ? changed.reduce(addPath, left) : changed.reduce(withoutPath, left);
    return mine(entry) && changed.length > 0 ? { ...entry, fieldsV1, time: writer.time } : { ...entry, fieldsV1 };
  });
  if (changed.length > 0 && !updated.some(mine)) {
    const { apiVersion } = next;
    const fieldsV1 = changed.reduce(addPath, {} as FieldSet);
    updated.push(entryFor(writer, { operation: 'Update', apiVersion, fieldsV1 }));
  }
  return updated.filter(({ fieldsV1 }) => !isEmpty(fieldsV1));
}

function changedPaths(before: unknown, after: unknown, structure: Structure): (readonly string[])[] {
  const paths = [...leavesOf(fieldSetOf(after, structure))];
  return paths.filter((path) => !sameJson(valueAt(before, path), valueAt(after, path)));
}

const isGone = (path: readonly string[], before: unknown, after: unknown) =>
  valueAt(before, path) !== undefined && valueAt(after, path) === undefined;
