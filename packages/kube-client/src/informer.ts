import { type Clock, messageOf } from '@meshbed/core';
import type { KubeApi, Selection } from './api.ts';
import { hasStatus } from './errors.ts';
import { keyOf, type KubeObject } from './objects.ts';
import type { KubeResource } from './resources.ts';

export interface InformerOptions<T> extends Selection {
  /** After every change, with the object's new state or undefined when it is gone. */
  onChange?: (change: { key: string; before: T | undefined; after: T | undefined }) => void;
  /** A list or a watch that failed and is tried again. */
  onProblem?: (message: string) => void;
}

const backoff = { firstMs: 50, maxMs: 2000 };

/** A local copy of a resource: lists, then watches; lists again when the server no longer knows the version (410). */
export class Informer<T extends KubeObject> {
  /** Resolves after the first list. A kind that the server does not serve yet counts as listed: empty. */
  readonly synced: Promise<void>;
  readonly #objects = new Map<string, T>();
  readonly #api: KubeApi;
  readonly #resource: KubeResource;
  readonly #options: InformerOptions<T> & { clock: Clock; signal: AbortSignal };
  readonly #becomeSynced: () => void;
  #resourceVersion: string | undefined;

  constructor(
    api: KubeApi,
    resource: KubeResource,
    options: InformerOptions<T> & { clock: Clock; signal: AbortSignal },
  ) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.synced = promise;
    this.#becomeSynced = resolve;
    this.#api = api;
    this.#resource = resource;
    this.#options = options;
    void this.#run();
  }

  /** By `namespace/name`. */
  get objects(): ReadonlyMap<string, T> {
    return this.#objects;
  }

  get(name: string, namespace = ''): T | undefined {
    return this.#objects.get(`${namespace}/${name}`);
  }

  async #run(): Promise<void> {
    const { clock, signal, onProblem } = this.#options;
    let pauseMs = backoff.firstMs;
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion === undefined) await this.#list();
        pauseMs = backoff.firstMs;
        await this.#watch();
      } catch (error) {
        if (signal.aborted) return;
        if (hasStatus(error, 404)) this.#becomeSynced();
        else onProblem?.(`${this.#resource.plural}: ${messageOf(error)}`);
        if (hasStatus(error, 410, 404)) this.#resourceVersion = undefined;
        await clock.sleep(pauseMs, signal).catch(() => {});
        pauseMs = Math.min(pauseMs * 2, backoff.maxMs);
      }
    }
  }

  async #list(): Promise<void> {
    const { items, resourceVersion } = await this.#api.list<T>(this.#resource, this.#options);
    const listed = new Set(items.map(keyOf));
    for (const key of this.#objects.keys()) if (!listed.has(key)) this.#set(key, undefined);
    for (const item of items) this.#set(keyOf(item), item);
    this.#resourceVersion = resourceVersion;
    this.#becomeSynced();
  }

  async #watch(): Promise<void> {
    for await (const event of this.#api.watch<T>(this.#resource, this.#resourceVersion ?? '', this.#options)) {
      if (event.type === 'ERROR') {
        this.#resourceVersion = undefined;
        if (event.object.code !== 410) throw new Error(event.object.message ?? 'the watch failed');
        return;
      }
      const { object } = event;
      this.#resourceVersion = object.metadata.resourceVersion;
      if (event.type === 'BOOKMARK') continue;
      this.#set(keyOf(event.object), event.type === 'DELETED' ? undefined : event.object);
    }
  }

  #set(key: string, after: T | undefined): void {
    const before = this.#objects.get(key);
    if (before && before.metadata.resourceVersion === after?.metadata.resourceVersion) return;
    if (!before && !after) return;
    if (after) this.#objects.set(key, after);
    else this.#objects.delete(key);
    this.#options.onChange?.({ key, before, after });
  }
}
