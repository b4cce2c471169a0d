/** Connections within this machine: what stands behind every address of the sandbox. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface LoopbackOptions {
  signal?: AbortSignal | undefined;
}

/** A reset connection must not end the sandbox, in whose process all programs run: whoever cares listens too. */
export function survive(socket: Socket): Socket {
  return socket.on('error', () => undefined);
}

/** A connection to a port of this machine. Rejects with the socket's error, or the signal's reason. */
export function connectLoopback(port: number, { signal }: LoopbackOptions = {}): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
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
