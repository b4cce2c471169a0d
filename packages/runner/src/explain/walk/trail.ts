import type { Cause, Explanation, Hop, Step } from '../types.ts';

interface Object {
  object: string;
  account: string;
}

/** Gathers what each object on the way says, and ends in an explanation. */
export class Trail {
  readonly #from: string;
  #to: string;
  readonly #hops: Hop[];
  readonly #warnings: Cause[];

  constructor(from: string, to: string, before: { hops: readonly Hop[]; warnings: readonly Cause[] } = noHops) {
    this.#from = from;
    this.#to = to;
    this.#hops = [...before.hops];
    this.#warnings = [...before.warnings];
  }

  /** A trail of its own that begins with this one's hops: one for each endpoint. */
  branch(): Trail {
    return new Trail(this.#from, this.#to, { hops: this.#hops, warnings: this.#warnings });
  }

  /** Once the port is known that was not asked for. */
  leadsTo(host: string, port: number): void {
    this.#to = `${host}:${port}`;
  }

  allow(step: Step, { object, account }: Object, says: string): void {
    this.#hops.push({ step, object, account, verdict: 'allow', says });
  }

  /** Something is wrong, yet the connection goes on. */
  warn(step: Step, cause: Cause): void {
    const { object, account, says } = cause;
    this.#hops.push({ step, object, account, verdict: 'warn', says });
    this.#warnings.push(cause);
  }

  /** Already in the words of a hop. */
  add(hop: Hop): void {
    this.#hops.push(hop);
  }

  deny(step: Step, cause: Cause): Explanation {
    const { object, account, says } = cause;
    this.#hops.push({ step, object, account, verdict: 'deny', says });
    return { ...this.#parts(), verdict: 'denied', via: 'none', cause };
  }

  arrived(via: 'hbone' | 'plaintext'): Explanation {
    return { ...this.#parts(), verdict: 'allowed', via };
  }

  #parts = () => ({ from: this.#from, to: this.#to, hops: this.#hops, warnings: this.#warnings });
}

const noHops = { hops: [], warnings: [] };
