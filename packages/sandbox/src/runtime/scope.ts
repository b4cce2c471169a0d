import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import type { ConnectOptions, ListenOptions, Peer, Redirect, WorkloadNetwork } from '@meshbed/core';
import { NetworkError } from './errors.ts';

/**
 * One run of a container as its network sees it: when the run ends, so do its listeners and its connections, as when a
 * process dies. The network itself may be shared with other containers, or with a whole node.
 */
export class NetworkScope implements WorkloadNetwork, AsyncDisposable {
  readonly #network: WorkloadNetwork;
  readonly #listeners = new Set<AsyncDisposable>();
  readonly #sockets = new Set<Socket>();
  readonly #ended = new AbortController();
  #redirected = false;

  constructor(network: WorkloadNetwork) {
    this.#network = network;
    setMaxListeners(0, this.#ended.signal); // every pending connection listens
  }

  get ip(): string {
    return this.#network.ip;
  }
  get eniId(): string {
    return this.#network.eniId;
  }
  get redirect(): Redirect | undefined {
    return this.#network.redirect;
  }
  set redirect(redirect: Redirect | undefined) {
    this.#redirected = redirect !== undefined;
    this.#network.redirect = redirect;
  }

  async listen(
    port: number,
    accept: (socket: Socket, peer: Peer) => void,
    options?: ListenOptions,
  ): Promise<AsyncDisposable> {
    const opened = await this.#network.listen(port, (socket, peer) => accept(this.#track(socket), peer), options);
    const listener = {
      [Symbol.asyncDispose]: async () => {
        this.#listeners.delete(listener);
        await opened[Symbol.asyncDispose]();
      },
    };
    this.#listeners.add(listener);
    if (this.#ended.signal.aborted) await listener[Symbol.asyncDispose]();
    this.#ended.signal.throwIfAborted();
    return listener;
  }

  connect(host: string, port: number, options?: ConnectOptions): Promise<Socket> {
    return this.#connected(this.#network.connect(host, port, this.#until(options)));
  }

  connectDirect(host: string, port: number, options?: ConnectOptions): Promise<Socket> {
    return this.#connected(this.#network.connectDirect(host, port, this.#until(options)));
  }

  resolve(name: string): Promise<readonly string[]> {
    return this.#network.resolve(name);
  }

  #until({ signal, ...options }: ConnectOptions = {}): ConnectOptions {
    const ended = this.#ended.signal;
    return { ...options, signal: signal ? AbortSignal.any([signal, ended]) : ended };
  }

  async #connected(connecting: Promise<Socket>): Promise<Socket> {
    const socket = this.#track(await connecting);
    if (this.#ended.signal.aborted) socket.destroy();
    this.#ended.signal.throwIfAborted();
    return socket;
  }

  #track(socket: Socket): Socket {
    this.#sockets.add(socket);
    return socket.once('close', () => this.#sockets.delete(socket));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort(new NetworkError('ECONNREFUSED', 'the container has ended'));
    if (this.#redirected) this.#network.redirect = undefined;
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([...this.#listeners].map((listener) => listener[Symbol.asyncDispose]()));
  }
}
