import type { CustomResourceDefinition } from '../objects/index.ts';

/** One kind of object: drives routing, discovery, storage, tables and OpenAPI. A custom resource is just another row. */
export interface Resource {
  /** `pods`, `deployments.apps`: the plural, qualified by the group. */
  key: string;
  group: string;
  /** Served versions, preferred first. Stored once; the version is rewritten on output. */
  versions: readonly string[];
  kind: string;
  listKind: string;
  plural: string;
  singular: string;
  shortNames: readonly string[];
  categories: readonly string[];
  namespaced: boolean;
  subresources: readonly string[];
  verbs: readonly string[];
  /** Whether metadata.generation counts changes of this kind's desired state. */
  hasGeneration: boolean;
  /** The definition behind a custom resource. */
  definition?: CustomResourceDefinition;
}

export const standardVerbs: readonly string[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

export const keyOf = (group: string, plural: string): string => (group === '' ? plural : `${plural}.${group}`);

/** `v1`, `apps/v1`. */
export const groupVersion = (group: string, version: string): string =>
  group === '' ? version : `${group}/${version}`;

export function splitGroupVersion(apiVersion: string): { group: string; version: string } {
  const [first = '', second] = apiVersion.split('/');
  return second === undefined ? { group: '', version: first } : { group: first, version: second };
}
