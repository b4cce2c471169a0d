import net from 'node:net';

export interface Loopback extends AsyncDisposable {
  dial: () => Promise<net.Socket>;
  /** The accepted ends, so that a test can cut them. */
  readonly accepted: Set<net.Socket>;
}

/** A listener on 127.0.0.1 that hands over its connections. */
export async function loopback(accept: (socket: net.Socket) => void): Promise<Loopback> {
  const accepted = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    accepted.add(socket);
    socket.on('close', () => accepted.delete(socket)).on('error', () => {});
    accept(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  return {
    accepted,
    dial: () => dialLocal(port),
    async [Symbol.asyncDispose]() {
      for (const socket of accepted) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export function dialLocal(port: number): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host: '127.0.0.1', port });
    socket.once('error', reject).once('connect', () => {
      socket.off('error', reject).on('error', () => {});
      resolve(socket);
    });
  });
}
