import { groupVersion, type Registry, type Resource } from '../registry/index.ts';
import { versionsOf } from './aggregated.ts';
import { subresourceInfo } from './subresources.ts';

/** `/api` */
export const coreVersions: object = { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };

/** `/apis` */
export function groupList(registry: Registry): object {
  const named = registry.rows().filter((row) => row.group !== '');
  const names = new Set(named.map((row) => row.group));
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: [...names].map((name) => describeGroup(registry, name)) };
}

/** `/apis/GROUP`; undefined when it is not served. */
export function groupDescription(registry: Registry, name: string): object | undefined {
  const served = registry.rows().some((row) => row.group === name);
  return served ? { kind: 'APIGroup', apiVersion: 'v1', ...describeGroup(registry, name) } : undefined;
}

function describeGroup(registry: Registry, name: string): object {
  const rows = registry.rows().filter((row) => row.group === name);
  const versions = versionsOf(rows).map((version) => ({ groupVersion: groupVersion(name, version), version }));
  return { name, versions, preferredVersion: versions[0] };
}

/** `/api/v1`, `/apis/GROUP/VERSION`; undefined when it is not served. */
export function resourceList(registry: Registry, name: string, version: string): object | undefined {
  const rows = registry.rows().filter((row) => row.group === name && row.versions.includes(version));
  if (rows.length === 0) return undefined;
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: groupVersion(name, version),
    resources: rows.flatMap((row) => [describe(row), ...row.subresources.map((sub) => describeSubresource(row, sub))]),
  };
}

const describe = (row: Resource): object => ({
  name: row.plural,
  singularName: row.singular,
  namespaced: row.namespaced,
  kind: row.kind,
  verbs: row.verbs,
  ...(row.shortNames.length > 0 ? { shortNames: row.shortNames } : {}),
  ...(row.categories.length > 0 ? { categories: row.categories } : {}),
});

function describeSubresource(row: Resource, name: string): object {
  const { verbs, kind } = subresourceInfo(name);
  return {
    name: `${row.plural}/${name}`,
    singularName: '',
    namespaced: row.namespaced,
    ...(kind ?? { kind: row.kind }),
    verbs,
  };
}
