import type { Schema } from '../../objects/index.ts';
import { isRecord } from '../../store/json.ts';

const reserved = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

const escapes: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

/** The name of a field in rules: `namespace` is a word of the language, so it is `__namespace__`. */
const fieldName = (name: string): string =>
  reserved.has(name) ? `__${name}__` : name.replaceAll(/__|[./-]/g, (found) => escapes[found] ?? found);

/** A value as rules see it: integers apart from other numbers, and fields under names that the language allows. */
export function celValue(schema: Schema | undefined, value: unknown): unknown {
  if (typeof value === 'number') {
    return Number.isInteger(value) && schema?.type !== 'number' ? BigInt(value) : value;
  }
  if (Array.isArray(value)) return value.map((item) => celValue(schema?.items, item));
  if (!isRecord(value)) return value;
  const further = typeof schema?.additionalProperties === 'object' ? schema.additionalProperties : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const property = schema?.properties?.[key];
      return [property ? fieldName(key) : key, celValue(property ?? further, member)];
    }),
  );
}
