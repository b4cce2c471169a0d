import type { AzureResource } from '@meshbed/clients/azure';

type Json = unknown;

/** az writes `osDiskSizeGB` as `osDiskSizeGb` and `enableFIPS` as `enableFips`. */
const camel = (name: string): string =>
  name
    .replaceAll(/([A-Z]+)(?=$|[^A-Za-z])/g, (run) => (run[0] ?? '') + run.slice(1).toLowerCase())
    .replaceAll(/([A-Z])([A-Z]+)(?=[A-Z][a-z])/g, (_, first: string, rest: string) => first + rest.toLowerCase());

/** Tags have names of their own. */
function renamed(value: Json): Json {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [camel(name), name === 'tags' ? inner : renamed(inner)]),
  );
}

export const groupView = ({ id, name, type, location, tags, properties, ...rest }: AzureResource): object => ({
  id,
  location,
  managedBy: (rest as { managedBy?: string }).managedBy ?? null,
  name,
  properties,
  tags: tags ?? null,
  type,
});

/** Properties beside the rest, and the group that the id names. */
export function resourceView({ properties, ...rest }: AzureResource): object {
  const [, resourceGroup] = /\/resourcegroups\/([^/]+)/i.exec(rest.id) ?? [];
  return renamed({ tags: null, ...rest, ...properties, resourceGroup }) as object;
}
