import type { Clock, Ids } from '@meshbed/core';
import type { CustomResourceDefinition, KubeObject, NewObject, ObjectMeta, ObjectOf } from '../objects/index.ts';
import type { Registry, Resource } from '../registry/index.ts';
import { parseFieldSelector } from '../selectors/fields.ts';
import { parseLabelSelector } from '../selectors/labels.ts';
import { type DeleteOptions, type Deletion, finalizersFor, gracePeriodOf, isHeld } from './deletion.ts';
import { alreadyExists, badRequest, forbidden, invalid, notFound } from './errors.ts';
import { History, type WatchEvent } from './history.ts';
import { copyJson, freezeJson, sameJson, timestamp } from './json.ts';
import { checkPreconditions, desiredState, mayGo, preserveMetadata, sameButTimes, withSubresource } from './update.ts';
import { noStrategies, type Strategies } from './strategy.ts';

export interface StoreOptions {
  clock: Clock;
  ids: Ids;
  registry: Registry;
  strategies?: Strategies;
  /** Events kept for watches that resume. */
  historyLimit?: number;
}

export interface ListOptions {
  namespace?: string | undefined;
  labelSelector?: string | undefined;
  fieldSelector?: string | undefined;
}

export interface WriteOptions {
  dryRun?: boolean | undefined;
  /** `status` replaces only the status, `finalize` only a namespace's finalizers. */
  subresource?: 'status' | 'finalize' | undefined;
}

type Listener = (event: WatchEvent) => void;

/**
 * The objects of one cluster. Objects are frozen plain JSON; every change takes a new resourceVersion and is told to
 * watchers in order, also when a watcher writes while it is being told.
 * Writes throw ApiError (NotFound, AlreadyExists, Conflict, Invalid, Forbidden).
 */
export class Store {
  readonly registry: Registry;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #strategies: Strategies;
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #history: History;
  readonly #undelivered: { resource: string; event: WatchEvent }[] = [];
  #delivering = false;
  #resourceVersion = 0;

  constructor({ clock, ids, registry, strategies = noStrategies, historyLimit = 5000 }: StoreOptions) {
    this.#clock = clock;
    this.#ids = ids;
    this.registry = registry;
    this.#strategies = strategies;
    this.#history = new History(historyLimit);
  }

  /** The cluster's counter, as lists report it. */
  get resourceVersion(): string {
    return String(this.#resourceVersion);
  }

  get<Key extends string>(resource: Key, namespace: string | undefined, name: string): ObjectOf<Key> | undefined {
    const row = this.#row(resource);
    return this.#table(row.key).get(objectKey(row, namespace, name)) as ObjectOf<Key> | undefined;
  }

  /** Sorted by namespace and name. */
  list<Key extends string>(resource: Key, options: ListOptions = {}): ObjectOf<Key>[] {
    const labels = parseLabelSelector(options.labelSelector);
    const fields = parseFieldSelector(options.fieldSelector, resource);
    const matches = ({ metadata }: KubeObject) =>
      (options.namespace === undefined || metadata.namespace === options.namespace) && labels(metadata.labels);
    return [...this.#table(this.#row(resource).key).values()]
      .filter((object) => matches(object) && fields(object))
      .toSorted(byNamespaceAndName) as ObjectOf<Key>[];
  }

  create(submitted: NewObject, { dryRun }: WriteOptions = {}): KubeObject {
    const row = this.#rowOf(submitted);
    const object = this.#prepared(row, submitted);
    const { name, namespace } = object.metadata;
    if (this.#table(row.key).has(objectKey(row, namespace, name))) throw alreadyExists(row, name);
    const strategy = this.#strategies(row.key);
    strategy.defaults?.(object);
    strategy.prepareForCreate?.(object, this.#context());
    strategy.defaults?.(object); // what admission added has defaults, too
    const problems = strategy.validate?.(object) ?? [];
    if (problems.length > 0) throw invalid(row, name, problems);
    if (dryRun) return freezeJson(object);
    return this.#commit(row, 'ADDED', object);
  }

  /** Replaces the desired state; the status stays when the kind has a status subresource. */
  update(submitted: NewObject, { dryRun, subresource }: WriteOptions = {}): KubeObject {
    const row = this.#rowOf(submitted);
    const { namespace, name = '' } = submitted.metadata;
    const old = this.get(row.key, namespace, name);
    if (!old) throw notFound(row, name);
    checkPreconditions(row, old, submitted.metadata);
    const object = withSubresource(row, old, copyJson(submitted) as KubeObject, subresource);
    preserveMetadata(object, old);
    if (subresource === undefined) this.#prepareUpdate(row, object, old);
    if (sameButTimes(object, old)) return old;
    if (row.hasGeneration && !sameJson(desiredState(object), desiredState(old))) {
      object.metadata.generation = (old.metadata.generation ?? 0) + 1;
    }
    if (dryRun) return freezeJson(object);
    const finished = object.metadata.deletionTimestamp !== undefined && mayGo(object);
    return this.#commit(row, finished ? 'DELETED' : 'MODIFIED', object, old);
  }

  /** Replaces only the status. */
  updateStatus(submitted: NewObject, options: WriteOptions = {}): KubeObject {
    return this.update(submitted, { ...options, subresource: 'status' });
  }

  delete(resource: string, namespace: string | undefined, name: string, options: DeleteOptions = {}): Deletion {
    const row = this.#row(resource);
    const old = this.get(row.key, namespace, name);
    if (!old) throw notFound(row, name);
    checkPreconditions(row, old, options.preconditions ?? {});
    const object = copyJson(old);
    const finalizers = finalizersFor(object, options);
    if (finalizers.length > 0) object.metadata.finalizers = finalizers;
    const graceSeconds = gracePeriodOf(object, row.key, options);
    if (graceSeconds === 0 && !isHeld(object)) {
      return { object: options.dryRun ? old : this.#commit(row, 'DELETED', object, old), gone: true };
    }
    this.#markDeleted(object, graceSeconds);
    if (options.dryRun || sameJson(object, old)) return { object: options.dryRun ? object : old, gone: false };
    return { object: this.#commit(row, 'MODIFIED', object, old), gone: false };
  }

  /** Tells `listener` every change of one kind from now on. */
  watch<Key extends string>(resource: Key, listener: (event: WatchEvent<ObjectOf<Key>>) => void): Disposable {
    const { key } = this.#row(resource);
    const listeners = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, listeners);
    const added = listener as unknown as Listener;
    listeners.add(added);
    return { [Symbol.dispose]: () => void listeners.delete(added) };
  }

  /** Changes after `resourceVersion`, or the oldest version still known when that is too far back. */
  eventsSince(resource: string, resourceVersion: number): WatchEvent[] | { oldest: number } {
    return this.#history.since(resource, resourceVersion) ?? { oldest: this.#history.oldest };
  }

  /** Fills in what a client may leave out, without storing; for merges that must start from defaulted objects. */
  applyDefaults(resource: string, object: KubeObject): void {
    this.#strategies(resource).defaults?.(object);
  }

  #prepared(row: Resource, submitted: NewObject): KubeObject {
    const object = copyJson(submitted) as KubeObject;
    const metadata: Partial<ObjectMeta> = (object.metadata ??= {} as ObjectMeta);
    if (!metadata.name && metadata.generateName) metadata.name = metadata.generateName + this.#suffix();
    if (!metadata.name) {
      const message = 'Required value: name or generateName is required';
      throw invalid(row, '', [{ field: 'metadata.name', reason: 'FieldValueRequired', message }]);
    }
    if (row.namespaced) this.#checkNamespace(row, metadata);
    else delete metadata.namespace;
    metadata.uid = this.#ids.uuid();
    metadata.creationTimestamp = timestamp(this.#clock.now());
    if (row.hasGeneration) metadata.generation = 1;
    else delete metadata.generation;
    delete metadata.deletionTimestamp;
    delete metadata.deletionGracePeriodSeconds;
    delete metadata.resourceVersion;
    return object;
  }

  #checkNamespace(row: Resource, metadata: Partial<ObjectMeta>): void {
    if (!metadata.namespace) throw badRequest('an empty namespace may not be set during creation');
    const namespace = this.get('namespaces', undefined, metadata.namespace);
    if (!namespace) throw notFound(this.#row('namespaces'), metadata.namespace);
    if (namespace.metadata.deletionTimestamp === undefined) return;
    const why = `unable to create new content in namespace ${metadata.namespace} because it is being terminated`;
    throw forbidden(row, metadata.name ?? '', why);
  }

  #prepareUpdate(row: Resource, object: KubeObject, old: KubeObject): void {
    const strategy = this.#strategies(row.key);
    strategy.defaults?.(object);
    strategy.prepareForUpdate?.(object, old, this.#context());
    const problems = strategy.validate?.(object, old) ?? [];
    if (problems.length > 0) throw invalid(row, object.metadata.name, problems);
  }

  #markDeleted(object: KubeObject, graceSeconds: number): void {
    const { metadata } = object;
    const sooner = graceSeconds < (metadata.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY);
    if (metadata.deletionTimestamp === undefined || sooner) {
      metadata.deletionTimestamp = timestamp(this.#clock.now() + graceSeconds * 1000);
      metadata.deletionGracePeriodSeconds = graceSeconds;
    }
    if (object.kind === 'Namespace') object['status'] = { ...(object['status'] as object), phase: 'Terminating' };
  }

  #commit(row: Resource, type: WatchEvent['type'], object: KubeObject, old?: KubeObject): KubeObject {
    object.metadata.resourceVersion = String(++this.#resourceVersion);
    freezeJson(object);
    const { namespace, name } = object.metadata;
    if (type === 'DELETED') this.#table(row.key).delete(objectKey(row, namespace, name));
    else this.#table(row.key).set(objectKey(row, namespace, name), object);
    if (row.kind === 'CustomResourceDefinition') this.#redefine(type, object as CustomResourceDefinition);
    const event: WatchEvent = old ? { type, object, old } : { type, object };
    this.#history.add(row.key, event);
    this.#undelivered.push({ resource: row.key, event });
    this.#deliver();
    return object;
  }

  #redefine(type: WatchEvent['type'], definition: CustomResourceDefinition): void {
    if (type === 'DELETED') this.registry.undefine(definition.metadata.name);
    else this.registry.define(definition);
  }

  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      for (let next = this.#undelivered.shift(); next; next = this.#undelivered.shift()) {
        for (const listener of Array.from(this.#listeners.get(next.resource) ?? [])) listener(next.event);
      }
    } finally {
      this.#delivering = false;
    }
  }

  #table(key: string): Map<string, KubeObject> {
    const table = this.#objects.get(key) ?? new Map<string, KubeObject>();
    this.#objects.set(key, table);
    return table;
  }

  #row(key: string): Resource {
    const row = this.registry.byKey(key);
    if (!row) throw badRequest(`the server doesn't have a resource type ${JSON.stringify(key)}`);
    return row;
  }

  #rowOf({ apiVersion, kind }: NewObject): Resource {
    const row = this.registry.byKind(apiVersion, kind);
    if (!row) throw badRequest(`no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`);
    return row;
  }

  #context(): { store: Store; clock: Clock; ids: Ids } {
    return { store: this, clock: this.#clock, ids: this.#ids };
  }

  /** Kubernetes leaves out vowels and look-alikes. */
  #suffix(): string {
    const letters = 'bcdfghjklmnpqrstvwxz2456789';
    return Array.from({ length: 5 }, () => letters[this.#ids.integer(letters.length)]).join('');
  }
}

const objectKey = (row: Resource, namespace: string | undefined, name: string) =>
  row.namespaced ? `${namespace}/${name}` : name;

function byNamespaceAndName({ metadata: a }: KubeObject, { metadata: b }: KubeObject): number {
  const [first, second] = [`${a.namespace ?? ''}/${a.name}`, `${b.namespace ?? ''}/${b.name}`];
  return first < second ? -1 : 1;
}
