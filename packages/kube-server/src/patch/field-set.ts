import type { FieldSet } from '../objects/index.ts';
import { isRecord } from '../store/json.ts';
import { keyValue, sameItem, type Structure } from './structure.ts';

/** The fields that `value` has, as server-side apply records ownership. */
export function fieldSetOf(value: unknown, at: Structure): FieldSet {
  if (Array.isArray(value)) return listFieldSet(value, at);
  if (!isRecord(value) || at.atomic) return {};
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [`f:${key}`, fieldSetOf(member, at.field(key))]),
  );
}

function listFieldSet(list: readonly unknown[], at: Structure): FieldSet {
  const shape = at.list(list);
  if (shape.kind === 'atomic') return {};
  if (shape.kind === 'set') return Object.fromEntries(list.map((item) => [`v:${JSON.stringify(item)}`, {}]));
  const entry = (item: unknown) => [itemPath(item, shape.keys), { '.': {}, ...fieldSetOf(item, at.item()) }];
  return Object.fromEntries(list.map(entry)) as FieldSet;
}

function itemPath(item: unknown, keys: readonly string[]): string {
  const present = keys.toSorted().map((key) => [key, keyValue(item, key)]);
  return `k:${JSON.stringify(Object.fromEntries(present.filter(([, value]) => value !== undefined)))}`;
}

/** Paths of the deepest members. */
export function* leavesOf(set: FieldSet, path: readonly string[] = []): Generator<readonly string[]> {
  const members = Object.keys(set).filter((key) => key !== '.');
  if (members.length === 0 && path.length > 0) yield path;
  for (const key of members) yield* leavesOf(set[key] ?? {}, [...path, key]);
}

/** Whether `path` ends in `set`. An empty map or list adds nothing to one that others have filled. */
export function isLeafOf(set: FieldSet, path: readonly string[]): boolean {
  let at: FieldSet | undefined = set;
  for (const key of path) {
    at = at[key];
    if (at === undefined) return false;
  }
  return Object.keys(at).every((key) => key === '.');
}

/** `set` without `path`, and without what is empty after that. */
export function withoutPath(set: FieldSet, [key = '', ...rest]: readonly string[]): FieldSet {
  const { [key]: inner, ...others } = set;
  if (inner === undefined || rest.length === 0) return others;
  const left = withoutPath(inner, rest);
  return Object.keys(left).length === 0 ? others : { ...others, [key]: left };
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const merged = { ...a };
  for (const [key, value] of Object.entries(b)) merged[key] = union(merged[key] ?? {}, value);
  return merged;
}

export function addPath(set: FieldSet, [key, ...rest]: readonly string[]): FieldSet {
  if (key === undefined) return set;
  const inner = addPath(set[key] ?? {}, rest);
  return { ...set, [key]: key.startsWith('k:') ? { '.': {}, ...inner } : inner };
}

/** The value at one step of a path. */
export function memberAt(value: unknown, step: string): unknown {
  const named = step.slice(2);
  if (step.startsWith('f:')) return isRecord(value) ? value[named] : undefined;
  if (!Array.isArray(value)) return undefined;
  const wanted = JSON.parse(named) as unknown;
  if (step.startsWith('v:')) return value.includes(wanted) ? wanted : undefined;
  const keys = Object.keys(wanted as object);
  return (value as unknown[]).find((item) => sameItem(item, wanted, keys));
}

export function valueAt(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const step of path) at = memberAt(at, step);
  return at;
}

/** `value` without the member at one step. */
export function withoutMember(value: unknown, step: string): unknown {
  if (Array.isArray(value)) {
    const gone = memberAt(value, step);
    return value.filter((item) => item !== gone);
  }
  if (!isRecord(value)) return value;
  const { [step.slice(2)]: _gone, ...rest } = value;
  return rest;
}

/** `.spec.containers[name="web"].image` */
export function formatPath(path: readonly string[]): string {
  return path.map(formatStep).join('');
}

function formatStep(step: string): string {
  const named = step.slice(2);
  if (step.startsWith('f:')) return `.${named}`;
  if (step.startsWith('v:')) return `[=${named}]`;
  const keys = Object.entries(JSON.parse(named) as object);
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
}
