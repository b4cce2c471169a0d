import { createHash } from 'node:crypto';
import { pools } from '../addresses/allocate.ts';

/** The upper half of the pools: the lower is given to service entries of this cluster, which keep theirs in their status. */
const first = pools.size / 2;

/**
 * Addresses that services of other clusters have in this one. Where one begins to look follows from the service's name, so
 * that a restart gives the same ones again as long as none collide.
 */
export class RemoteAddresses {
  readonly #given = new Map<string, number>();
  readonly #used = new Set<number>();

  /** One IPv4 and one IPv6 address; none when all are given. @param key `namespace/hostname` */
  of(key: string): string[] {
    const index = this.#given.get(key) ?? this.#give(key);
    return index === undefined ? [] : [pools.v4(index), pools.v6(index)];
  }

  #give(key: string): number | undefined {
    const start = createHash('sha256').update(key).digest().readUInt16BE(0) % first;
    for (let step = 0; step < first - 1; step++) {
      const index = first + ((start + step) % (first - 1));
      if (this.#used.has(index)) continue;
      this.#used.add(index);
      this.#given.set(key, index);
      return index;
    }
    return undefined;
  }
}
