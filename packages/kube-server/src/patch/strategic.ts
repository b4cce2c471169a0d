import { isRecord } from '../store/json.ts';
import { builtinStructure, sameItem, type Structure } from './structure.ts';

const orderPrefix = '$setElementOrder/';
const deletePrefix = '$deleteFromPrimitiveList/';

/** Strategic merge patch of a built-in kind: like a merge patch, but lists merge by their keys. */
export function strategicMerge(target: unknown, patch: unknown, at: Structure = builtinStructure()): unknown {
  if (!isRecord(patch)) return patch;
  if (patch['$patch'] === 'delete') return {};
  if (patch['$patch'] === 'replace') return withoutDirectives(patch);
  const merged: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  retainOnly(merged, patch['$retainKeys']);
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(deletePrefix)) deletePrimitives(merged, key.slice(deletePrefix.length), value);
    else if (!key.startsWith('$'))
      mergeField(merged, key, { value, order: patch[orderPrefix + key], at: at.field(key) });
  }
  reorder(merged, patch, at);
  return merged;
}

const withoutDirectives = (patch: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith('$')));

function retainOnly(merged: Record<string, unknown>, keep: unknown): void {
  if (!Array.isArray(keep)) return;
  for (const key of Object.keys(merged)) if (!keep.includes(key)) delete merged[key];
}

function deletePrimitives(merged: Record<string, unknown>, field: string, values: unknown): void {
  const list = merged[field];
  if (Array.isArray(list) && Array.isArray(values)) merged[field] = list.filter((item) => !values.includes(item));
}

interface FieldPatch {
  value: unknown;
  order: unknown;
  at: Structure;
}

function mergeField(merged: Record<string, unknown>, key: string, { value, order, at }: FieldPatch): void {
  if (value === null) delete merged[key];
  else if (Array.isArray(value)) merged[key] = sorted(mergeList(merged[key], value, at), order);
  else merged[key] = strategicMerge(merged[key], value, at);
}

function mergeList(current: unknown, patch: readonly unknown[], at: Structure): unknown[] {
  if (patch.some(isReplace)) return patch.filter((item) => !isReplace(item));
  const list = Array.isArray(current) ? (current as unknown[]) : [];
  const shape = at.list(patch);
  if (shape.kind === 'atomic') return [...patch];
  if (shape.kind === 'set') return [...new Set([...list, ...patch])];
  return mergeItems(list, patch, { keys: shape.keys, at: at.item() });
}

const isReplace = (item: unknown): boolean => isRecord(item) && item['$patch'] === 'replace';

function mergeItems(
  list: readonly unknown[],
  patch: readonly unknown[],
  { keys, at }: { keys: readonly string[]; at: Structure },
): unknown[] {
  let merged = [...list];
  for (const item of patch as Record<string, unknown>[]) {
    const given = keys.filter((key) => key in item);
    const index = merged.findIndex((candidate) => sameItem(candidate, item, given));
    if (item['$patch'] === 'delete') merged = merged.filter((candidate) => !sameItem(candidate, item, given));
    else if (index >= 0) merged[index] = strategicMerge(merged[index], item, at);
    else merged.push(strategicMerge({}, item, at));
  }
  return merged;
}

/** Lists that the patch only orders. */
function reorder(merged: Record<string, unknown>, patch: Record<string, unknown>, at: Structure): void {
  for (const [key, order] of Object.entries(patch)) {
    const field = key.slice(orderPrefix.length);
    const list = merged[field];
    if (!key.startsWith(orderPrefix) || field in patch || !Array.isArray(list)) continue;
    if (at.field(field).list(list).kind !== 'atomic') merged[field] = sorted(list, order);
  }
}

/** Items named in `order` first and in that order, the others after them. */
function sorted(list: unknown[], order: unknown): unknown[] {
  if (!Array.isArray(order) || order.length === 0) return list;
  const position = (item: unknown) =>
    (order as unknown[]).findIndex((wanted) =>
      isRecord(wanted) ? sameItem(item, wanted, Object.keys(wanted)) : wanted === item,
    );
  const known = list.filter((item) => position(item) >= 0).toSorted((a, b) => position(a) - position(b));
  return [...known, ...list.filter((item) => position(item) < 0)];
}
