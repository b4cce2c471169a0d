import type { KubeObject } from '../objects/index.ts';

export interface WatchEvent<T extends KubeObject = KubeObject> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: T;
  /** Before the change; selector watches need both sides. */
  old?: T;
}

interface Recorded extends WatchEvent {
  resource: string;
  resourceVersion: number;
}

/** The last changes of one cluster, for watches that resume from a resourceVersion. */
export class History {
  readonly #events: Recorded[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(resource: string, event: WatchEvent): void {
    this.#events.push({ ...event, resource, resourceVersion: Number(event.object.metadata.resourceVersion) });
    if (this.#events.length > this.#limit) this.#events.splice(0, Math.ceil(this.#limit / 4));
  }

  /** Events of `resource` after `resourceVersion`; undefined when some of them are forgotten already. */
  since(resource: string, resourceVersion: number): WatchEvent[] | undefined {
    const oldest = this.#events[0]?.resourceVersion ?? 0;
    if (this.#dropped && resourceVersion + 1 < oldest) return undefined;
    return this.#events.filter((event) => event.resource === resource && event.resourceVersion > resourceVersion);
  }

  get oldest(): number {
    return this.#events[0]?.resourceVersion ?? 0;
  }

  get #dropped(): boolean {
    return this.oldest > 1;
  }
}
