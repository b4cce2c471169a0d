import { once } from 'node:events';
import { type AddressInfo, createServer, connect, type Server, type Socket } from 'node:net';

/**
 * One port inside a workload: connections from the same workload reach `accept` without passing the fabric. The real
 * listener on 127.0.0.1 opens with the first of them, so that ports which only the network uses cost nothing.
 */
export class LoopbackPort implements AsyncDisposable {
  #server: Promise<Server> | undefined;
  readonly #accept: (socket: Socket) => void;
  readonly #sockets = new Set<Socket>();

  constructor(accept: (socket: Socket) => void) {
    this.#accept = accept;
  }

  async connect(): Promise<Socket> {
    const server = await (this.#server ??= this.#open());
    const socket = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return socket.setNoDelay(true);
  }

  async #open(): Promise<Server> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
      this.#accept(socket);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const server = await this.#server;
    if (server) await new Promise((resolve) => server.close(resolve));
  }
}

/** A listener on 127.0.0.1 for real processes of the user; every connection goes to `accept`. */
export async function listenOnLoopback(accept: (socket: Socket) => void): Promise<AsyncDisposable & { port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    accept(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
