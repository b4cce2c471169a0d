import type { KubeConnection } from './connection.ts';
import { hasStatus, KubeError } from './errors.ts';
import { type Kind, knownResource, type KubeResource, type KubeType, rootOf } from './resources.ts';

interface ResourceList {
  resources: { name: string; kind: string; namespaced: boolean }[];
}

/** Finds where kinds are served; asks the server for those that are not in the table, once each. */
export class Discovery {
  readonly #connection: KubeConnection;
  readonly #found = new Map<string, KubeResource>();

  constructor(connection: KubeConnection) {
    this.#connection = connection;
  }

  /** @throws KubeError 404 UnknownKind when the server has no such kind (yet: it is asked again next time) */
  async find(type: Kind): Promise<KubeResource> {
    if ('plural' in type) return type;
    const key = `${type.apiVersion} ${type.kind}`;
    const found = knownResource(type) ?? this.#found.get(key) ?? (await this.#ask(type));
    this.#found.set(key, found);
    return found;
  }

  async #ask({ apiVersion, kind }: KubeType): Promise<KubeResource> {
    const served = (await this.#list(apiVersion)).find((each) => each.kind === kind && !each.name.includes('/'));
    if (!served)
      throw new KubeError(
        404,
        'UnknownKind',
        `the API server has no kind ${kind} in ${apiVersion}; is its CRD missing?`,
      );
    const [version = '', group = ''] = apiVersion.split('/').toReversed();
    return { group, version, kind, plural: served.name, namespaced: served.namespaced };
  }

  async #list(apiVersion: string): Promise<ResourceList['resources']> {
    try {
      return (await this.#connection.json<ResourceList>({ method: 'GET', path: rootOf(apiVersion) })).resources;
    } catch (error) {
      if (hasStatus(error, 404)) return []; // no kind of the whole group
      throw error;
    }
  }
}
