import type { Clock, Ids } from '@meshbed/core';
import type { Event, KubeObject } from '../objects/index.ts';
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

  constructor({ store, clock, ids }: { store: Store; clock: Clock; ids: Ids }) {
    this.#store = store;
    this.#clock = clock;
    this.#ids = ids;
  }

  /** Never fails: an event of a namespace that is going away is lost, as in a real cluster. */
  record(component: string, about: KubeObject, occurrence: Occurrence, host?: string): void {
    const now = timestamp(this.#clock.now());
    const seen = this.#find(about, occurrence);
    try {
      if (seen) this.#store.update({ ...seen, count: (seen.count ?? 1) + 1, lastTimestamp: now });
      else this.#store.create(this.#event(component, about, occurrence, { now, host }));
    } catch {
      return;
    }
  }

  #find(about: KubeObject, { reason, message, fieldPath }: Occurrence): Event | undefined {
    const same = ({ involvedObject: object, reason: otherReason, message: otherMessage }: Event) =>
      object.uid === about.metadata.uid &&
      object.fieldPath === fieldPath &&
      otherReason === reason &&
      otherMessage === message;
    return this.#store.list('events', { namespace: eventNamespace(about) }).find(same);
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
