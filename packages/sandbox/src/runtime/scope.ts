import type { Socket } from 'node:net';
import type { ConnectOptions, ListenOptions, Peer, Redirect, WorkloadNetwork } from '@meshbed/core';

/**
 * One run of a container as its network sees it: when the run ends, so do its listeners and its connections, as when a
 * process dies. The network itself may be shared with other containers, or with a whole node.
 */
export class NetworkScope implements WorkloadNetwork, AsyncDisposable {
  readonly #network: WorkloadNetwork;
  readonly #listeners = new Set<AsyncDisposable>();
  readonly #sockets = new Set<Socket>();
  #redirected = false;

  constructor(network: WorkloadNetwork) {
    this.#network = network;
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
    const listener = await this.#network.listen(port, (socket, peer) => accept(this.#track(socket), peer), options);
    this.#listeners.add(listener);
    return {
      [Symbol.asyncDispose]: async () => {
        this.#listeners.delete(listener);
        await listener[Symbol.asyncDispose]();
      },
    };
  }

  async connect(host: string, port: number, options?: ConnectOptions): Promise<Socket> {
    return this.#track(await this.#network.connect(host, port, options));
  }

  async connectDirect(host: string, port: number, options?: ConnectOptions): Promise<Socket> {
    return this.#track(await this.#network.connectDirect(host, port, options));
  }

  resolve(name: string): Promise<readonly string[]> {
    return this.#network.resolve(name);
  }

  #track(socket: Socket): Socket {
    this.#sockets.add(socket);
    return socket.once('close', () => this.#sockets.delete(socket));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#redirected) this.#network.redirect = undefined;
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([...this.#listeners].map((listener) => listener[Symbol.asyncDispose]()));
  }
}
