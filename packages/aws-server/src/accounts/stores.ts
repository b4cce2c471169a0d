/** One service's state in one account and region. */
export type StateClass<State> = new () => State;

/** State of all services, made when first asked for: accounts and regions see nothing of each other. */
export class Stores {
  readonly #states = new Map<StateClass<unknown>, Map<string, unknown>>();

  /** The state of class `kind` for `account`; global services (IAM) leave the region out. */
  of<State>(kind: StateClass<State>, account: string, region = 'global'): State {
    const states = this.#states.get(kind) ?? new Map<string, unknown>();
    this.#states.set(kind, states);
    const key = `${account}/${region}`;
    const found = states.get(key) ?? new kind();
    states.set(key, found);
    return found as State;
  }

  /** Drops everything of an account. */
  forget(account: string): void {
    for (const states of this.#states.values())
      for (const key of states.keys()) if (key.startsWith(`${account}/`)) states.delete(key);
  }

  /** Every state of a kind, for what crosses accounts (peering, role ARNs). */
  all<State>(kind: StateClass<State>): State[] {
    return [...(this.#states.get(kind)?.values() ?? [])] as State[];
  }
}
