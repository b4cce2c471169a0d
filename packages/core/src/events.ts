import type { Clock } from './clock.ts';

/** Something that happened: when, in which area (`ecs`, `fabric`, `istiod`, …), what, and the facts. */
export interface LoggedEvent {
  atMs: number;
  area: string;
  what: string;
  facts: Readonly<Record<string, unknown>>;
}

/** Events of one sandbox, newest last; keeps the last `limit`. */
export class EventLog {
  #events: LoggedEvent[] = [];
  readonly #listeners = new Set<(event: LoggedEvent) => void>();
  readonly #clock: Clock;
  readonly #limit: number;

  constructor(clock: Clock, limit = 20_000) {
    this.#clock = clock;
    this.#limit = limit;
  }

  write(area: string, what: string, facts: Record<string, unknown> = {}): void {
    const event = { atMs: this.#clock.now(), area, what, facts };
    this.#events.push(event);
    if (this.#events.length >= 2 * this.#limit) this.#events = this.#latest(); // shift() would move all of them each time
    for (const listener of this.#listeners) listener(event);
  }

  list(area?: string): readonly LoggedEvent[] {
    return area === undefined ? this.#latest() : this.#latest().filter((event) => event.area === area);
  }

  #latest(): LoggedEvent[] {
    return this.#events.slice(-this.#limit);
  }

  subscribe(listener: (event: LoggedEvent) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }
}
