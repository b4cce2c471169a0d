import type { Filter } from '@aws-sdk/client-ec2';
import { invalidValue } from './errors.ts';

type Value = string | number | boolean | undefined;

/** Filter name → values of an item that it compares with. */
export type FilterTable<Item> = Readonly<Record<string, (item: Item) => Value | readonly Value[]>>;

/** `*` stands for any text, `?` for any one character, a backslash takes their meaning away. Upper and lower case differ. */
export function wildcard(pattern: string): RegExp {
  const source = pattern.replace(/\\([*?\\])|[\\^$.*+?()[\]{}|]/g, (found, escaped: string | undefined) => {
    if (escaped !== undefined) return `\\${escaped}`;
    if (found === '*') return '.*';
    return found === '?' ? '.' : `\\${found}`;
  });
  return new RegExp(`^${source}$`, 's');
}

/**
 * Items for which every filter has a value that matches. `tag:KEY` and `tag-key` work for everything with tags.
 * @throws AwsError InvalidParameterValue for a filter that the table does not have: ignoring it would widen the answer.
 */
export function filtered<Item>(
  items: readonly Item[],
  filters: readonly Filter[] | undefined,
  table: FilterTable<Item>,
  tagsOf: (item: Item) => ReadonlyMap<string, string>,
): Item[] {
  return (filters ?? []).reduce<Item[]>(
    (left, { Name = '', Values = [] }) => {
      const valuesOf = readerFor(Name, table, tagsOf);
      const patterns = Values.map(wildcard);
      return left.filter((item) =>
        [valuesOf(item)]
          .flat()
          .some((value) => value !== undefined && patterns.some((pattern) => pattern.test(String(value)))),
      );
    },
    [...items],
  );
}

function readerFor<Item>(name: string, table: FilterTable<Item>, tagsOf: (item: Item) => ReadonlyMap<string, string>) {
  if (name.startsWith('tag:')) return (item: Item): Value => tagsOf(item).get(name.slice('tag:'.length));
  if (name === 'tag-key') return (item: Item): readonly Value[] => [...tagsOf(item).keys()];
  if (name === 'tag-value') return (item: Item): readonly Value[] => [...tagsOf(item).values()];
  const reader = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!reader) throw invalidValue(`The filter '${name}' is invalid`);
  return reader;
}
