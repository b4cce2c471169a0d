import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Two ends of one TCP connection on 127.0.0.1, with half-close and all errors of a real one. */
export async function socketPair(): Promise<[Socket, Socket]> {
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  const accepted = Promise.withResolvers<Socket>();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const near = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
  near.once('error', accepted.reject);
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    if (socket.remotePort === near.localPort) accepted.resolve(socket);
    else socket.destroy(); // some other process found the port
  });
  const [far] = await Promise.all([accepted.promise, once(near, 'connect')]);
  server.close(); // no further connections; this one stays
  near.removeListener('error', accepted.reject);
  near.on('error', () => {});
  return [near, far];
}
