export interface NameOrigin {
  vpcId: string;
}

/** Addresses of a name now; undefined while there are none. */
export type NameRecord = (from: NameOrigin) => readonly string[] | undefined;

/** The resolver of every VPC (and of the Internet behind it). Names compare without case and without a final dot. */
export class NameService {
  readonly #records = new Map<string, NameRecord>();
  readonly #answers: (from: NameOrigin) => boolean;

  /** `answers` says whether a VPC has a resolver at all (enableDnsSupport). */
  constructor(answers: (from: NameOrigin) => boolean) {
    this.#answers = answers;
  }

  /** `*.suffix` answers for every name below the suffix that has no record of its own. */
  set(name: string, addresses: NameRecord): void {
    this.#records.set(canonical(name), addresses);
  }

  delete(name: string): void {
    this.#records.delete(canonical(name));
  }

  /** Empty when the name is unknown, has no address now, or the VPC has no resolver. */
  resolve(name: string, from: NameOrigin): string[] {
    if (!this.#answers(from)) return [];
    const record = candidates(canonical(name))
      .map((key) => this.#records.get(key))
      .find(Boolean);
    return [...(record?.(from) ?? [])];
  }
}

const canonical = (name: string) => name.toLowerCase().replace(/\.$/, '');

/** The name, then wildcards from the most specific on: `a.b.c`, `*.b.c`, `*.c`. */
function candidates(name: string): string[] {
  const labels = name.split('.');
  return [name, ...labels.slice(1).map((_, index) => `*.${labels.slice(index + 1).join('.')}`)];
}
