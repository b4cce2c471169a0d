import { isRecord } from '../store/index.ts';

const step =
  /\.?([\w/-]+(?:\\\.[\w/-]+)*)|\[(\d+|\*)\]|\[['"]([^'"]+)['"]\]|\[\?\(@\.([\w.]+)\s*==\s*['"]([^'"]*)['"]\)\]/gy;

/**
 * The part of JSONPath that printer columns use: `.a.b`, `[0]`, `[*]`, `['key']`, `[?(@.type=="Ready")]`, `\.` in a name.
 * Several results are joined by commas; undefined when there is none.
 */
export function jsonPath(object: unknown, path: string): unknown {
  let found: unknown[] = [object];
  for (const match of path.matchAll(step)) found = found.flatMap((value) => next(value, match));
  if (found.length === 0) return undefined;
  return found.length === 1 ? found[0] : found.map(text).join(',');
}

function next(value: unknown, match: RegExpExecArray): unknown[] {
  const [, field, index, quoted, filterPath, wanted] = match;
  const name = field?.replaceAll('\\.', '.') ?? quoted;
  if (name !== undefined) return present(isRecord(value) ? value[name] : undefined);
  if (!Array.isArray(value)) return index === '*' && isRecord(value) ? Object.values(value) : [];
  if (index === '*') return value as unknown[];
  if (index !== undefined) return present(value[Number(index)] as unknown);
  return (value as unknown[]).filter((item) => text(jsonPath(item, `.${filterPath}`)) === wanted);
}

const present = (value: unknown): unknown[] => (value === undefined || value === null ? [] : [value]);

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));
