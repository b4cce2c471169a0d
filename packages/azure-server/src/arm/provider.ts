import type { Handler } from './call.ts';

/** GA versions from `first` to `last` are answered; Azure has one every few weeks. */
export interface Versions {
  first: string;
  last: string;
}

/** A type of resources, as a table of what can be done with it. */
export interface ResourceType {
  versions: Versions;
  /** The PUT needs a registered provider. */
  needsRegistration?: boolean;
  get?: Handler;
  head?: Handler;
  put?: Handler;
  patch?: Handler;
  delete?: Handler;
  /** In one group, or in the whole subscription when the path has none. */
  list?: Handler;
  /** POST …/NAME/action, by lower-case name. */
  actions?: Readonly<Record<string, Handler>>;
}

export interface Provider {
  /** `Microsoft.ContainerService` */
  namespace: string;
  /** By type as Azure writes it: `managedClusters/agentPools`. */
  types: Readonly<Record<string, ResourceType>>;
}

export function findType({ types }: Provider, type: string): [name: string, type: ResourceType] | undefined {
  return Object.entries(types).find(([name]) => name.toLowerCase() === type.toLowerCase());
}
