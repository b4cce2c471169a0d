import type { Clock, Ids } from '@meshbed/core';
import type { KubeObject } from '../objects/index.ts';
import { type Store, timestamp } from '../store/index.ts';

export interface Occurrence {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  /** `spec.containers{app}` */
  fieldPath?: string;
}

/** Writes Event objects, as `kubectl describe` shows them; the same one again only raises its count. */
export class EventRecorder {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #ids: Ids;
  /** Names of the events so far, by what they say. */
  readonly #names = new Map<string, string>();

  constructor({ store, clock, ids }: { store: Store; clock: Clock; ids: Ids }) {
    this.#store = store;
    this.#clock = clock;
    this.#ids = ids;
  }

  /** Never fails: an event of a namespace that is going away is lost, as in a real cluster. */
  record(component: string, about: KubeObject, occurrence: Occurrence, host?: string): void {
    const now = timestamp(this.#clock.now());
    const { reason, message, fieldPath } = occurrence;
    const key = JSON.stringify([about.metadata.uid, reason, message, fieldPath]);
    const seen = this.#store.get('events', eventNamespace(about), this.#names.get(key) ?? '');
    try {
      if (seen) this.#store.update({ ...seen, count: (seen.count ?? 1) + 1, lastTimestamp: now });
      else
        this.#names.set(
          key,
          this.#store.create(this.#event(component, about, occurrence, { now, host })).metadata.name,
        );
    } catch {
      return;
    }
  }

  #event(
    component: string,
    about: KubeObject,
    occurrence: Occurrence,
    { now, host }: { now: string; host: string | undefined },
  ) {
    const { name, namespace, uid, resourceVersion } = about.metadata;
    const { fieldPath, ...rest } = occurrence;
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${this.#ids.hex(16)}`, namespace: eventNamespace(about) },
      involvedObject: {
        apiVersion: about.apiVersion,
        kind: about.kind,
        name,
        namespace,
        uid,
        resourceVersion,
        fieldPath,
      },
      ...rest,
      source: { component, host },
      reportingComponent: component,
      reportingInstance: host ?? '',
      firstTimestamp: now,
      lastTimestamp: now,
      eventTime: null,
      count: 1,
    };
  }
}

/** Events about cluster-scoped objects are kept in `default`. */
const eventNamespace = ({ metadata }: KubeObject): string => metadata.namespace ?? 'default';
