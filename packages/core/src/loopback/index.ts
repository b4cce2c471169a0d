/** Connections within this machine: what stands behind every address of the sandbox. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface LoopbackOptions {
  signal?: AbortSignal | undefined;
  /** Whether the socket stays writable when the other end has ended its side; default false, as in node:net. */
  allowHalfOpen?: boolean | undefined;
}

/** A reset connection must not end the sandbox, in whose process all programs run: whoever cares listens too. */
export function survive(socket: Socket): Socket {
  return socket.on('error', () => undefined);
}

/** A connection to a port of this machine. Rejects with the socket's error, or the signal's reason. */
export function connectLoopback(port: number, options: LoopbackOptions = {}): Promise<Socket> {
  const { signal, allowHalfOpen = false } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const socket = connect({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen });
    const settle = (finish: () => void) => {
      signal?.removeEventListener('abort', onAbort);
      socket.off('error', onError);
      finish();
    };
    const onError = (error: Error) => settle(() => reject(error));
    const onAbort = () => {
      socket.destroy();
      settle(() => reject(signal?.reason as Error));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.once('error', onError);
    socket.once('connect', () => settle(() => resolve(survive(socket))));
  });
}

/**
 * Listens on a free port of 127.0.0.1 until disposed, which also ends the connections taken. Accepted sockets are
 * half-open: end them.
 */
export async function listenOnLoopback(accept: (socket: Socket) => void): Promise<AsyncDisposable & { port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(survive(socket));
    socket.once('close', () => sockets.delete(socket));
    accept(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Two ends of one TCP connection, with half-close and all errors of a real one. */
export async function socketPair(): Promise<[Socket, Socket]> {
  const arrived = new Set<Socket>();
  await using listener = await listenOnce(arrived);
  const near = await connectLoopback(listener.port, { allowHalfOpen: true });
  for (;;) {
    const far = [...arrived].find(({ remotePort }) => remotePort === near.localPort);
    if (far && arrived.delete(far)) return [near, far];
    await listener.next();
  }
}

/** Another process of this machine may find the port too: who does not belong here is cut off at the end. */
async function listenOnce(arrived: Set<Socket>) {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => void arrived.add(survive(socket)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    next: () => once(server, 'connection'),
    [Symbol.asyncDispose]() {
      for (const stranger of arrived) stranger.destroy();
      server.close(); // no further connections; those that there are stay
      return Promise.resolve();
    },
  };
}
