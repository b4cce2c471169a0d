import type { Resource } from '../arm/resource.ts';
import { invalid } from '../errors.ts';

const conditions: readonly [RegExp, (resource: Resource, values: readonly string[]) => boolean][] = [
  [
    /^tagname eq '((?:[^']|'')*)' and tagvalue eq '((?:[^']|'')*)'$/i,
    ({ tags }, [name = '', value = '']) =>
      Object.entries(tags).some(([key, found]) => same(key, name) && found === value),
  ],
  [/^tagname eq '((?:[^']|'')*)'$/i, ({ tags }, [name = '']) => Object.keys(tags).some((key) => same(key, name))],
  [/^resourcetype eq '((?:[^']|'')*)'$/i, ({ type }, [wanted = '']) => same(type, wanted)],
];

/** What `$filter` lets through: by tag or by type. @throws ArmError InvalidFilterInQueryString */
export function matching(filter: string | null): (resource: Resource) => boolean {
  const text = filter?.trim() ?? '';
  if (text === '') return () => true;
  for (const [form, holds] of conditions) {
    const values = form
      .exec(text)
      ?.slice(1)
      .map((value) => value.replaceAll("''", "'"));
    if (values) return (resource) => holds(resource, values);
  }
  throw invalid(
    'InvalidFilterInQueryString',
    `Invalid $filter '${text}' specified in the query string: the sandbox knows tagName, tagValue and resourceType.`,
  );
}

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
