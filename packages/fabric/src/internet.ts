import { FabricError } from './errors.ts';
import type { NameService } from './names.ts';

/** A host outside all VPCs: an AWS endpoint, a registry. Reached only through an Internet or a NAT gateway. */
export interface InternetHost {
  names: readonly string[];
  ip: string;
  /** Port → loopback port that really listens. */
  ports: ReadonlyMap<number, number>;
}

export class Internet {
  readonly #hosts = new Map<string, InternetHost>();
  readonly #names: NameService;
  readonly #allocate: () => string;

  constructor(names: NameService, allocate: () => string) {
    this.#names = names;
    this.#allocate = allocate;
  }

  /** Until disposed. Without `ip` it gets a public address. */
  add(host: { names: readonly string[]; ip?: string; ports: ReadonlyMap<number, number> }): Disposable {
    const ip = host.ip ?? this.#allocate();
    if (this.#hosts.has(ip)) throw new FabricError('EADDRINUSE', `${ip} already is an Internet host`);
    this.#hosts.set(ip, { ...host, ip });
    for (const name of host.names) this.#names.set(name, () => [ip]);
    return { [Symbol.dispose]: () => this.#remove(ip) };
  }

  get(ip: string): InternetHost | undefined {
    return this.#hosts.get(ip);
  }

  addresses(): Iterable<string> {
    return this.#hosts.keys();
  }

  #remove(ip: string): void {
    for (const name of this.#hosts.get(ip)?.names ?? []) this.#names.delete(name);
    this.#hosts.delete(ip);
  }
}
