export interface LogLine {
  atMs: number;
  text: string;
}

/** What one run of a container wrote, newest last; keeps the last `limit` lines. */
export class ContainerLog {
  readonly #lines: LogLine[] = [];
  readonly #limit: number;
  readonly #listeners = new Set<(line: LogLine | 'end') => void>();
  #ended = false;

  constructor(limit = 20_000) {
    this.#limit = limit;
  }

  append(line: LogLine): void {
    this.#lines.push(line);
    if (this.#lines.length > this.#limit) this.#lines.shift();
    for (const listener of this.#listeners) listener(line);
  }

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  /** Whether somebody reads along. */
  get followed(): boolean {
    return this.#listeners.size > 0;
  }

  /** The container has exited: nothing more will come. */
  end(): void {
    this.#ended = true;
    for (const listener of this.#listeners) listener('end');
    this.#listeners.clear();
  }

  /** Lines from now on, then `end`; at once when the container has exited already. */
  follow(listener: (line: LogLine | 'end') => void): Disposable {
    if (this.#ended) listener('end');
    else this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }
}
