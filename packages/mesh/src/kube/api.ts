import type { Duplex } from 'node:stream';
import type { Clock } from '@meshbed/core';
import { KubeConnection, type KubeConnectionOptions } from './connection.ts';
import { hasStatus } from './errors.ts';
import { Informer, type InformerOptions } from './informer.ts';
import type { KubeObject } from './objects.ts';
import { ForwardedPort, portForwardProtocol } from './port-forward.ts';
import { type KubeResource, pathOf, resourceOf, typeOf } from './resources.ts';

export interface Selection {
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
}

export interface KubeList<T> {
  items: T[];
  resourceVersion: string;
}

export type WatchEvent<T> =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: T }
  | { type: 'BOOKMARK'; object: { metadata: { resourceVersion: string } } }
  | { type: 'ERROR'; object: { code?: number; message?: string } };

export interface JsonPatchOperation {
  op: 'add' | 'remove' | 'replace' | 'test';
  path: string;
  value?: unknown;
}

const mergePatch = 'application/merge-patch+json';
const jsonPatch = 'application/json-patch+json';
/** Server-side apply; JSON is valid YAML. */
const applyPatch = 'application/apply-patch+yaml';

/** A small Kubernetes client. Every method throws KubeError. */
export class KubeApi implements Disposable {
  readonly #connection: KubeConnection;

  constructor(options: KubeConnectionOptions) {
    this.#connection = new KubeConnection(options);
  }

  async list<T extends KubeObject>(resource: KubeResource, selection: Selection = {}): Promise<KubeList<T>> {
    const path = pathOf(resource, selection.namespace);
    const query = selectors(selection);
    const list = await this.#connection.json<{ items: T[]; metadata: { resourceVersion: string } }>({
      method: 'GET',
      path,
      query,
    });
    const type = typeOf(resource); // items of a list come without it
    return { items: list.items.map((item) => ({ ...type, ...item })), resourceVersion: list.metadata.resourceVersion };
  }

  /** Undefined when there is none. */
  async get<T extends KubeObject>(resource: KubeResource, name: string, namespace?: string): Promise<T | undefined> {
    try {
      return await this.#connection.json<T>({ method: 'GET', path: pathOf(resource, namespace, name) });
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    }
  }

  create<T extends KubeObject>(object: T): Promise<T> {
    const path = pathOf(resourceOf(object), object.metadata.namespace);
    return this.#connection.json({ method: 'POST', path, body: object });
  }

  /** Server-side apply: creates or changes; takes over fields of others. */
  apply<T extends KubeObject>(object: T, fieldManager: string): Promise<T> {
    const { namespace, name } = object.metadata;
    const path = pathOf(resourceOf(object), namespace, name);
    const query = { fieldManager, force: 'true' };
    return this.#connection.json({ method: 'PATCH', path, query, body: object, contentType: applyPatch });
  }

  mergePatch<T extends KubeObject>(object: KubeObject, patch: object, subresource?: 'status'): Promise<T> {
    return this.#patch(object, patch, { contentType: mergePatch, subresource });
  }

  jsonPatch<T extends KubeObject>(
    object: KubeObject,
    patch: readonly JsonPatchOperation[],
    subresource?: 'status',
  ): Promise<T> {
    return this.#patch(object, patch, { contentType: jsonPatch, subresource });
  }

  /** False when it was not there. */
  async delete(resource: KubeResource, name: string, namespace?: string): Promise<boolean> {
    try {
      await this.#connection.text({ method: 'DELETE', path: pathOf(resource, namespace, name) });
      return true;
    } catch (error) {
      if (hasStatus(error, 404)) return false;
      throw error;
    }
  }

  /** Events after `resourceVersion`, until the server ends the watch or `signal` aborts. */
  async *watch<T extends KubeObject>(
    resource: KubeResource,
    resourceVersion: string,
    { signal, ...selection }: Selection & { signal: AbortSignal },
  ): AsyncGenerator<WatchEvent<T>> {
    const query = { ...selectors(selection), watch: 'true', allowWatchBookmarks: 'true', resourceVersion };
    const path = pathOf(resource, selection.namespace);
    const body = await this.#connection.stream({ method: 'GET', path, query, signal });
    for await (const line of lines(body)) yield JSON.parse(line) as WatchEvent<T>;
  }

  /** A local copy of a resource that follows its changes. */
  informer<T extends KubeObject>(
    resource: KubeResource,
    options: InformerOptions<T> & { clock: Clock; signal: AbortSignal },
  ): Informer<T> {
    return new Informer<T>(this, resource, options);
  }

  /** A container's log. */
  logs(namespace: string, pod: string, options: { container?: string; tailLines?: number } = {}): Promise<string> {
    const query = { container: options.container, tailLines: options.tailLines?.toString() };
    return this.#connection.text({ method: 'GET', path: `/api/v1/namespaces/${namespace}/pods/${pod}/log`, query });
  }

  /** A connection to a port inside a pod. */
  async portForward(namespace: string, pod: string, port: number): Promise<Duplex> {
    const path = `/api/v1/namespaces/${namespace}/pods/${pod}/portforward`;
    const socket = await this.#connection.webSocket({ path, query: { ports: String(port) } }, portForwardProtocol);
    return new ForwardedPort(socket);
  }

  /** The answer to any other GET. */
  raw(path: string): Promise<string> {
    return this.#connection.text({ method: 'GET', path });
  }

  [Symbol.dispose](): void {
    this.#connection[Symbol.dispose]();
  }

  #patch<T>(
    object: KubeObject,
    body: unknown,
    how: { contentType: string; subresource: 'status' | undefined },
  ): Promise<T> {
    const { namespace, name } = object.metadata;
    const suffix = how.subresource === undefined ? '' : `/${how.subresource}`;
    const path = `${pathOf(resourceOf(object), namespace, name)}${suffix}`;
    return this.#connection.json({ method: 'PATCH', path, body, contentType: how.contentType });
  }
}

const selectors = ({ labelSelector, fieldSelector }: Selection) => ({ labelSelector, fieldSelector });

async function* lines(body: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) if (part.trim() !== '') yield part;
  }
}
