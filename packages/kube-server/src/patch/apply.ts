import type { FieldSet, KubeObject, ManagedFields, NewObject } from '../objects/index.ts';
import { ApiError } from '../store/errors.ts';
import { copyJson, isRecord, sameJson } from '../store/json.ts';
import {
  fieldSetOf,
  formatPath,
  isLeafOf,
  leavesOf,
  memberAt,
  valueAt,
  withoutMember,
  withoutPath,
} from './field-set.ts';
import { entryFor, isEmpty, isEntryOf, ownable, type Writer } from './managers.ts';
import { sameItem, type Structure } from './structure.ts';

export interface ApplyOptions {
  writer: Writer;
  structure: Structure;
  /** Take over fields that other managers own. */
  force: boolean;
}

/**
 * Server-side apply: `live` with what `applied` says, without what its manager applied before and no longer does.
 * @throws ApiError Conflict naming the other managers and their fields, unless forced
 */
export function serverSideApply(live: KubeObject | undefined, applied: NewObject, options: ApplyOptions): NewObject {
  const { writer, structure, force } = options;
  const body = ownable(applied as KubeObject, writer.subresource);
  const want = fieldSetOf(body, structure);
  const entries = live?.metadata.managedFields ?? [];
  const mine = isEntryOf(writer, 'Apply');
  const others = entries.filter((entry) => !mine(entry));
  const conflicts = live ? others.flatMap((entry) => conflictsWith(entry, want, live, body)) : [];
  if (conflicts.length > 0 && !force) throw conflictError(conflicts);
  const kept = withoutConflicts(others, conflicts);
  const merged = live ? (mergeApplied(live, body, structure) as NewObject) : copyJson(applied);
  const previous = entries.find(mine)?.fieldsV1 ?? {};
  const left = removeDropped(
    merged,
    { mine: previous, want, others: kept.map(({ fieldsV1 }) => fieldsV1) },
    0,
  ) as NewObject;
  const { apiVersion, kind } = applied;
  const own = entryFor(writer, { operation: 'Apply', apiVersion, fieldsV1: want });
  const managedFields = inPlace(entries.findIndex(mine), own, kept).filter(({ fieldsV1 }) => !isEmpty(fieldsV1));
  return { ...left, apiVersion, kind, metadata: { ...left.metadata, managedFields } };
}

/** Entries keep their places, so that applying the same again changes nothing. */
function inPlace(index: number, own: ManagedFields, others: readonly ManagedFields[]): ManagedFields[] {
  return index < 0 ? [...others, own] : others.toSpliced(index, 0, own);
}

interface OwnedElsewhere {
  manager: ManagedFields;
  path: readonly string[];
}

function conflictsWith(manager: ManagedFields, want: FieldSet, live: unknown, body: unknown): OwnedElsewhere[] {
  const differs = (path: readonly string[]) => {
    const current = valueAt(live, path);
    return current !== undefined && !sameJson(current, valueAt(body, path));
  };
  const paths = [...leavesOf(want)].filter((path) => isLeafOf(manager.fieldsV1, path) && differs(path));
  return paths.map((path) => ({ manager, path }));
}

function withoutConflicts(entries: readonly ManagedFields[], conflicts: readonly OwnedElsewhere[]): ManagedFields[] {
  return entries.map((entry) => {
    const paths = conflicts.filter(({ manager }) => manager === entry).map(({ path }) => path);
    return { ...entry, fieldsV1: paths.reduce(withoutPath, entry.fieldsV1) };
  });
}

function conflictError(conflicts: readonly OwnedElsewhere[]): ApiError {
  const causes = conflicts.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${describe(manager)}`,
    field: formatPath(path),
  }));
  const [first] = causes;
  const byManager = Map.groupBy(causes, ({ message }) => message);
  const list = [...byManager].map(([message, group]) => {
    return `${message.replace('conflict', 'conflicts')}:\n${group.map(({ field }) => `- ${field}`).join('\n')}`;
  });
  const text =
    causes.length === 1
      ? `1 conflict: ${first?.message}: ${first?.field}`
      : `${causes.length} conflicts: ${list.join('\n')}`;
  return new ApiError('Conflict', `Apply failed with ${text}`, { causes });
}

function describe({ manager, operation, apiVersion, subresource }: ManagedFields): string {
  const through = subresource ? ` with subresource "${subresource}"` : '';
  return operation === 'Update' ? `"${manager}"${through} using ${apiVersion}` : `"${manager}"${through}`;
}

function mergeApplied(live: unknown, applied: unknown, at: Structure): unknown {
  if (Array.isArray(applied)) return mergeList(live, applied, at);
  if (!isRecord(applied) || !isRecord(live) || at.atomic) return applied;
  const merged = { ...live };
  for (const [key, value] of Object.entries(applied)) merged[key] = mergeApplied(live[key], value, at.field(key));
  return merged;
}

function mergeList(live: unknown, applied: readonly unknown[], at: Structure): unknown[] {
  const list = Array.isArray(live) ? (live as unknown[]) : [];
  const shape = at.list(applied);
  if (shape.kind === 'atomic') return [...applied];
  if (shape.kind === 'set') return [...new Set([...list, ...applied])];
  const counterpart = (item: unknown, from: readonly unknown[]) =>
    from.find((other) => sameItem(item, other, shape.keys));
  const merged = list.map((item) => {
    const change = counterpart(item, applied);
    return change === undefined ? item : mergeApplied(item, change, at.item());
  });
  return [...merged, ...applied.filter((item) => counterpart(item, list) === undefined)];
}

interface Ownership {
  mine: FieldSet;
  want: FieldSet;
  others: readonly FieldSet[];
}

/**
 * Removes what I owned, no longer want, and nobody else owns. Near the root (metadata, spec, labels, data) only what was
 * owned goes, since unowned neighbours there have a meaning of their own; deeper down, what is left of a node consists
 * of defaults and goes with it.
 */
function removeDropped(value: unknown, { mine, want, others }: Ownership, depth: number): unknown {
  let left = value;
  for (const step of Object.keys(mine)) {
    const member = memberAt(left, step);
    if (step === '.' || member === undefined) continue;
    const inner = {
      mine: mine[step] ?? {},
      want: want[step] ?? {},
      others: others.flatMap((set) => set[step] ?? []),
    };
    const stays = step in want || inner.others.length > 0;
    const isLeaf = Object.keys(inner.mine).length === 0;
    if (!stays && (isLeaf || depth >= 2 || !step.startsWith('f:'))) left = withoutMember(left, step);
    else left = withMember(left, step, removeDropped(member, inner, depth + 1), !stays);
  }
  return left;
}

function withMember(value: unknown, step: string, member: unknown, dropEmpty: boolean): unknown {
  if (dropEmpty && isRecord(member) && Object.keys(member).length === 0) return withoutMember(value, step);
  if (!Array.isArray(value)) return { ...(value as object), [step.slice(2)]: member };
  const old = memberAt(value, step);
  return value.map((item: unknown) => (item === old ? member : item));
}
