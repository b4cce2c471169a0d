import type { Registry, Resource } from '../registry/index.ts';
import { subresourceInfo } from './subresources.ts';

/** `/api` (core group) or `/apis` (the others) in one document: `apidiscovery.k8s.io/v2`. */
export function aggregatedDiscovery(registry: Registry, which: 'core' | 'groups'): object {
  const rows = registry.rows().filter(({ group }) => (group === '') === (which === 'core'));
  const groups = Map.groupBy(rows, ({ group }) => group);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: [...groups].map(([name, members]) => ({
      metadata: { name, creationTimestamp: null },
      versions: versionsOf(members).map((version) => ({
        version,
        freshness: 'Current',
        resources: members.filter((row) => row.versions.includes(version)).map((row) => describe(row, version)),
      })),
    })),
  };
}

export const versionsOf = (rows: readonly Resource[]): string[] => [
  ...new Set(rows.flatMap(({ versions }) => versions)),
];

function describe(row: Resource, version: string): object {
  const responseKind = { group: row.group, version, kind: row.kind };
  const subresources = row.subresources.map((name) => {
    const { verbs, kind } = subresourceInfo(name);
    return { subresource: name, responseKind: kind ?? responseKind, verbs };
  });
  return {
    resource: row.plural,
    responseKind,
    scope: row.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: row.singular,
    verbs: row.verbs,
    ...(row.shortNames.length > 0 ? { shortNames: row.shortNames } : {}),
    ...(row.categories.length > 0 ? { categories: row.categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}
