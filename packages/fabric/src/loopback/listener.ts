import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connectLoopback, type LoopbackOptions, type Peer, survive } from '@meshbed/core';

export type Accept = (socket: Socket, peer: Peer) => void;

/** A new connection: the caller's end, and the one that was accepted if it is in this process. */
export interface Connection {
  socket: Socket;
  accepted?: Socket;
}

interface Expected {
  accept: (socket: Socket) => void;
  dialed: Socket;
}

/**
 * A listener of the fabric: a server on 127.0.0.1 that accepts only connections made through `connect`.
 *
 * Both ends are in this process, so an accepted socket is matched with its dial by the loopback source port; that is
 * how the accepting side learns the caller's address on the fabric. Either end may show up first. What no dial made
 * (another program of the machine that found the port) is destroyed.
 */
export class LoopbackListener implements AsyncDisposable {
  readonly #accept: Accept;
  readonly #server: Server;
  readonly #expected = new Map<number, Expected>();
  /** Accepted, but their dial has not told its source port yet. */
  readonly #unclaimed = new Map<number, Socket>();
  readonly #accepted = new Set<Socket>();
  #dials = 0;

  private constructor(accept: Accept) {
    this.#accept = accept;
    // Half-open as in an HTTP server: the client may end its side first.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#arrived(socket));
  }

  static async open(accept: Accept): Promise<LoopbackListener> {
    const listener = new LoopbackListener(accept);
    const server = listener.#server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return listener;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resolves after the accepting side has its socket. `ip` is the caller's address as the network shows it. */
  async connect(ip: string, options: LoopbackOptions = {}): Promise<Connection> {
    this.#dials++;
    try {
      const socket = await connectLoopback(this.port, options);
      const port = socket.localPort!;
      const accepted = await this.#claim(socket, port);
      this.#accept(accepted, { ip, port });
      return { socket, accepted };
    } finally {
      this.#dials--;
      if (this.#dials === 0) this.#dropUnclaimed();
    }
  }

  #claim(dialed: Socket, port: number): Promise<Socket> {
    const socket = this.#unclaimed.get(port);
    this.#unclaimed.delete(port);
    if (socket && !socket.destroyed) return Promise.resolve(socket);
    return new Promise((resolve, reject) => {
      const refuse = () => {
        this.#expected.delete(port);
        reject(Object.assign(new Error('the listener closed'), { code: 'ECONNREFUSED' }));
      };
      if (!this.#server.listening || dialed.destroyed) {
        dialed.destroy();
        return refuse();
      }
      dialed.once('close', refuse);
      const accept = (accepted: Socket) => {
        dialed.off('close', refuse);
        resolve(accepted);
      };
      this.#expected.set(port, { accept, dialed });
    });
  }

  #arrived(socket: Socket): void {
    const port = socket.remoteAddress === '127.0.0.1' ? socket.remotePort : undefined;
    this.#accepted.add(socket);
    socket.once('close', () => this.#accepted.delete(socket));
    survive(socket);
    if (port === undefined) return void socket.destroy();
    const expected = this.#expected.get(port);
    if (expected) {
      this.#expected.delete(port);
      return expected.accept(socket);
    }
    if (this.#dials === 0) return void socket.destroy();
    this.#unclaimed.set(port, socket);
  }

  #dropUnclaimed(): void {
    for (const socket of this.#unclaimed.values()) socket.destroy();
    this.#unclaimed.clear();
  }

  /** Stops listening and ends what was accepted, as the end of a process does. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const { dialed } of this.#expected.values()) dialed.destroy();
    for (const socket of this.#accepted) socket.destroy();
    await closed;
  }
}
