import type { Duplex } from 'node:stream';
import type { Clock } from '@meshbed/core';
import { KubeConnection, type KubeConnectionOptions, type KubeRequest } from './connection.ts';
import { Discovery } from './discovery.ts';
import { hasStatus } from './errors.ts';
import { Informer, type InformerOptions } from './informer.ts';
import type { KubeObject } from './objects.ts';
import { collectionPath, type Kind, type KubeResource, objectPath, resources, typeOf } from './resources.ts';
import type { CommandStreams } from './streams/exec.ts';
import { getOver } from './streams/get-over.ts';
import { ForwardedPort, portForwardProtocol } from './streams/port-forward.ts';

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

export interface PatchOptions {
  subresource?: 'status';
  /** Who owns the fields from then on. */
  fieldManager?: string;
}

/** A container; `container` may be left out when the pod has only one. */
export interface ContainerReference {
  namespace: string;
  pod: string;
  container?: string | undefined;
}

const mergePatch = 'application/merge-patch+json';
const jsonPatch = 'application/json-patch+json';
/** Server-side apply; JSON is valid YAML. */
const applyPatch = 'application/apply-patch+yaml';

/** A small Kubernetes client. Every method throws KubeError. */
export class KubeApi implements Disposable {
  readonly #connection: KubeConnection;
  readonly #discovery: Discovery;

  constructor(options: KubeConnectionOptions) {
    this.#connection = new KubeConnection(options);
    this.#discovery = new Discovery(this.#connection);
  }

  async list<T extends KubeObject>(of: Kind, selection: Selection = {}): Promise<KubeList<T>> {
    const resource = await this.#discovery.find(of);
    const path = collectionPath(resource, selection.namespace);
    const query = selectors(selection);
    const list = await this.#connection.json<{ items: T[]; metadata: { resourceVersion: string } }>({
      method: 'GET',
      path,
      query,
    });
    const type = typeOf(resource); // items of a list come without it
    return { items: list.items.map((item) => ({ ...type, ...item })), resourceVersion: list.metadata.resourceVersion };
  }

  /** Undefined when there is none, or no such kind. */
  async get<T extends KubeObject>(of: Kind, name: string, namespace?: string): Promise<T | undefined> {
    try {
      const resource = await this.#discovery.find(of);
      return await this.#connection.json<T>({ method: 'GET', path: objectPath(resource, name, namespace) });
    } catch (error) {
      if (hasStatus(error, 404)) return undefined;
      throw error;
    }
  }

  async create<T extends KubeObject>(object: T): Promise<T> {
    const path = collectionPath(await this.#discovery.find(object), object.metadata.namespace ?? 'default');
    return this.#connection.json({ method: 'POST', path, body: object });
  }

  /** Server-side apply: creates or changes; takes over fields of others. */
  apply<T extends KubeObject>(object: T, fieldManager: string): Promise<T> {
    const query = { fieldManager, force: 'true' };
    return this.#patch(object, { query, body: object, contentType: applyPatch });
  }

  mergePatch<T extends KubeObject>(object: KubeObject, patch: object, options: PatchOptions = {}): Promise<T> {
    const { subresource, ...query } = options;
    return this.#patch(object, { subresource, query, body: patch, contentType: mergePatch });
  }

  jsonPatch<T extends KubeObject>(
    object: KubeObject,
    patch: readonly JsonPatchOperation[],
    options: PatchOptions = {},
  ): Promise<T> {
    const { subresource, ...query } = options;
    return this.#patch(object, { subresource, query, body: patch, contentType: jsonPatch });
  }

  /** False when it was not there. */
  async delete(of: Kind, name: string, namespace?: string): Promise<boolean> {
    try {
      const resource = await this.#discovery.find(of);
      await this.#connection.text({ method: 'DELETE', path: objectPath(resource, name, namespace) });
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
    const path = collectionPath(resource, selection.namespace);
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
  logs(
    { container, ...place }: ContainerReference,
    { tailLines }: { tailLines?: number | undefined } = {},
  ): Promise<string> {
    const query = { container, tailLines: tailLines?.toString() };
    return this.#connection.text({ method: 'GET', path: podPath(place, 'log'), query });
  }

  /** Runs a command in a container, without a terminal, until it exits; an abort ends it. @returns its exit code */
  async exec(
    { container, ...place }: ContainerReference,
    command: readonly string[],
    { signal, ...streams }: CommandStreams & { signal?: AbortSignal | undefined } = {},
  ): Promise<number> {
    const { execProtocol, runCommand } = await import('./streams/exec.ts'); // and ws, which few programs need
    const wanted = Object.fromEntries(Object.keys(streams).map((name) => [name, 'true']));
    const request = { path: podPath(place, 'exec'), query: { container, command, ...wanted }, signal };
    return runCommand(await this.#connection.webSocket(request, execProtocol), streams);
  }

  /** A connection to a port inside a pod. */
  async portForward(place: { namespace: string; pod: string }, port: number): Promise<Duplex> {
    const path = podPath(place, 'portforward');
    const socket = await this.#connection.webSocket({ path, query: { ports: String(port) } }, portForwardProtocol);
    return new ForwardedPort(socket);
  }

  /** The answer to a GET at a port inside a pod, by port-forward as istioctl does it. */
  async getInside(place: { namespace: string; pod: string }, port: number, path: string): Promise<string> {
    const stream = await this.portForward(place, port);
    try {
      return await getOver(stream, { path, headers: { host: `localhost:${port}`, connection: 'close' } });
    } finally {
      stream.destroy();
    }
  }

  /** The answer to any other GET. */
  raw(path: string): Promise<string> {
    return this.#connection.text({ method: 'GET', path });
  }

  [Symbol.dispose](): void {
    this.#connection[Symbol.dispose]();
  }

  async #patch<T>(
    object: KubeObject,
    { subresource, ...request }: Omit<KubeRequest, 'method' | 'path'> & { subresource?: 'status' | undefined },
  ): Promise<T> {
    const { namespace, name } = object.metadata;
    const path = objectPath(await this.#discovery.find(object), name, namespace);
    const suffix = subresource === undefined ? '' : `/${subresource}`;
    return this.#connection.json({ method: 'PATCH', path: `${path}${suffix}`, ...request });
  }
}

const podPath = ({ namespace, pod }: { namespace: string; pod: string }, subresource: string) =>
  `${objectPath(resources.pods, pod, namespace)}/${subresource}`;

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
