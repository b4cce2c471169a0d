import { connect, type Socket } from 'node:net';

export interface LoopbackOptions {
  signal?: AbortSignal | undefined;
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

/** A reset connection must not end the sandbox, in whose process all programs run: whoever cares listens too. */
export function survive(socket: Socket): Socket {
  return socket.on('error', () => undefined);
}
