export type CutReason = 'policy change' | 'connection drain';

/** Open inbound connections, which a change of policy may cut. */
export interface OpenConnection {
  /** Whether the policies of now still let it through. */
  allowed(): boolean;
  cut(reason: CutReason): void;
}

export class OpenConnections {
  readonly #open = new Set<OpenConnection>();

  get size(): number {
    return this.#open.size;
  }

  /** Added before it is judged for the first time, so that no change slips between. */
  add(connection: OpenConnection): Disposable {
    this.#open.add(connection);
    return { [Symbol.dispose]: () => void this.#open.delete(connection) };
  }

  recheck(): void {
    for (const connection of this.#open) if (!connection.allowed()) connection.cut('policy change');
  }

  cutAll(): void {
    for (const connection of this.#open) connection.cut('connection drain');
  }
}
