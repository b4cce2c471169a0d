/** What a sandbox still waits for before it is ready. */
export class Readiness {
  readonly #missing: Set<string>;

  constructor(parts: readonly string[]) {
    this.#missing = new Set(parts);
  }

  reached(part: string): void {
    this.#missing.delete(part);
  }

  get missing(): readonly string[] {
    return [...this.#missing];
  }
}
