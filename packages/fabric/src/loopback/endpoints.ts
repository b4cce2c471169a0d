import { connectLoopback, type LoopbackOptions } from '@meshbed/core';
import type { Origin } from '@meshbed/policy/network';
import { FabricError } from '../errors.ts';
import { type Accept, type Connection, LoopbackListener } from './listener.ts';

export interface ListenAddress extends Origin {
  port: number;
}

/** Something that takes connections for an address of the fabric. */
interface Taker {
  connect(sourceIp: string, options: LoopbackOptions): Promise<Connection>;
  close(): Promise<void>;
}

/** Who listens where: (interface, address, port) → a loopback port of this machine. */
export class Endpoints {
  readonly #takers = new Map<string, Taker>();
  readonly #closing = new Set<Promise<void>>();

  has(at: ListenAddress): boolean {
    return this.#takers.has(key(at));
  }

  async listen(at: ListenAddress, accept: Accept): Promise<AsyncDisposable> {
    const opening = LoopbackListener.open(accept);
    const taker: Taker = {
      connect: async (ip, options) => (await opening).connect(ip, options),
      close: async () => (await opening)[Symbol.asyncDispose](),
    };
    this.#add(at, taker);
    await opening.catch((error: unknown) => {
      this.#takers.delete(key(at));
      throw error;
    });
    return { [Symbol.asyncDispose]: () => this.#remove(at, taker) };
  }

  /** For a child process that listens on loopback by itself; it can't learn the caller's address. */
  expose(at: ListenAddress, loopbackPort: number): Disposable {
    const taker: Taker = {
      connect: async (_ip, options) => ({ socket: await connectLoopback(loopbackPort, options) }),
      close: () => Promise.resolve(),
    };
    this.#add(at, taker);
    return { [Symbol.dispose]: () => void this.#remove(at, taker) };
  }

  connect(at: ListenAddress, sourceIp: string, options: LoopbackOptions): Promise<Connection> {
    const taker = this.#takers.get(key(at));
    return taker
      ? taker.connect(sourceIp, options)
      : Promise.reject(new Error(`nobody listens on ${at.ip}:${at.port}`));
  }

  /** Ends the listeners of an interface, or of one of its addresses; all there are when none is named. */
  closeAll(...at: [eniId?: string, ip?: string]): void {
    const prefix = at.map((part) => `${part} `).join('');
    for (const [name, taker] of this.#takers) if (name.startsWith(prefix)) void this.#close(name, taker);
  }

  /** Resolves when everything that was closed is gone. */
  async settled(): Promise<void> {
    await Promise.all(this.#closing);
  }

  #add(at: ListenAddress, taker: Taker): void {
    const name = key(at);
    if (this.#takers.has(name)) throw new FabricError('EADDRINUSE', `${at.ip}:${at.port} of ${at.eniId} is taken`);
    this.#takers.set(name, taker);
  }

  async #remove(at: ListenAddress, taker: Taker): Promise<void> {
    if (this.#takers.get(key(at)) === taker) await this.#close(key(at), taker);
  }

  #close(name: string, taker: Taker): Promise<void> {
    this.#takers.delete(name);
    const closing = taker.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
    return closing;
  }
}

const key = ({ eniId, ip, port }: ListenAddress) => `${eniId} ${ip} ${port}`;
