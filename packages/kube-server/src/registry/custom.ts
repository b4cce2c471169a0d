import type { CustomResourceDefinition, Schema } from '../objects/index.ts';
import { keyOf, type Resource, splitGroupVersion, standardVerbs } from './resource.ts';

/** The row of a custom resource. */
export function customResource(definition: CustomResourceDefinition): Resource {
  const { group, names, scope } = definition.spec;
  const served = definition.spec.versions.filter((version) => version.served);
  const subresources = new Set(served.flatMap((version) => Object.keys(version.subresources ?? {})));
  return {
    key: keyOf(group, names.plural),
    group,
    versions: served.map(({ name }) => name).toSorted(byPriority),
    kind: names.kind,
    listKind: names.listKind ?? `${names.kind}List`,
    plural: names.plural,
    singular: names.singular ?? names.kind.toLowerCase(),
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    namespaced: scope === 'Namespaced',
    subresources: [...subresources],
    verbs: standardVerbs,
    hasGeneration: true,
    definition,
  };
}

/** Kubernetes' order of versions: v2, v1, v1beta2, v1alpha1, then anything else by name. */
export function byPriority(a: string, b: string): number {
  const difference = priority(b) - priority(a);
  return difference === 0 ? a.localeCompare(b) : difference;
}

const stability = { alpha: 1, beta: 2, stable: 3 };

function priority(version: string): number {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (!match) return 0;
  const level = stability[(match[2] ?? 'stable') as keyof typeof stability];
  return level * 1e6 + Number(match[1]) * 1e3 + Number(match[3] ?? 0);
}

/** The schema of a custom resource in one of its versions; undefined for built-in kinds. */
export function schemaOf({ definition }: Resource, apiVersion: string): Schema | undefined {
  const { version } = splitGroupVersion(apiVersion);
  return definition?.spec.versions.find(({ name }) => name === version)?.schema?.openAPIV3Schema;
}
