import type { Resource } from '../arm/resource.ts';
import { parseResourceId } from '../arm/resource-id.ts';
import { invalid } from '../errors.ts';
import { canonicalLocation } from '../locations.ts';

const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** `FIELD eq 'VALUE'`; `tagValue` belongs to the `tagName` before it. */
const fields: Readonly<Record<string, (resource: Resource, value: string, tag: string) => boolean>> = {
  tagname: ({ tags }, value) => Object.keys(tags).some((key) => same(key, value)),
  tagvalue: ({ tags }, value, tag) => Object.entries(tags).some(([key, found]) => same(key, tag) && found === value),
  resourcetype: ({ type }, value) => same(type, value),
  resourcegroup: ({ id }, value) => same(parseResourceId(id).group ?? '', value),
  name: ({ name }, value) => same(name, value),
  location: ({ location }, value) => location === canonicalLocation(value),
};

const clause = /^(\w+) eq '((?:[^']|'')*)'(?: and |$)/i;

/** What `$filter` lets through: all its conditions. @throws ArmError InvalidFilterInQueryString */
export function matching(filter: string | null): (resource: Resource) => boolean {
  const text = filter?.trim() ?? '';
  const conditions: ((resource: Resource) => boolean)[] = [];
  let tag = '';
  for (let rest = text; rest !== '';) {
    const [all = '', field = '', quoted = ''] = clause.exec(rest) ?? [];
    const holds = fields[field.toLowerCase()];
    if (!holds) throw unknown(text);
    const value = quoted.replaceAll("''", "'");
    if (same(field, 'tagName')) tag = value;
    const named = tag;
    conditions.push((resource) => holds(resource, value, named));
    rest = rest.slice(all.length);
  }
  return (resource) => conditions.every((holds) => holds(resource));
}

const unknown = (text: string) =>
  invalid(
    'InvalidFilterInQueryString',
    `Invalid $filter '${text}' specified in the query string: the sandbox knows ${Object.keys(fields).join(', ')}, each with eq, joined by and.`,
  );
