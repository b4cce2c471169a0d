import type { WorkloadNetwork } from '@meshbed/core';
import { createServer } from '@meshbed/core/http';
import type { Socket } from 'node:net';

export interface Answer {
  status: number;
  body: string;
  contentType?: string;
}

export interface Request {
  method: string;
  url: URL;
}

/** HTTP on a port of a workload. */
export async function serveHttp(
  { network, port, loopback }: { network: WorkloadNetwork; port: number; loopback: boolean },
  handle: (request: Request) => Answer,
): Promise<AsyncDisposable> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://ztunnel');
    const { status, body, contentType = 'text/plain' } = handle({ method: request.method ?? 'GET', url });
    response.writeHead(status, { 'content-type': contentType }).end(body);
  });
  const accept = (socket: Socket) => {
    socket.on('error', () => {});
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    server.emit('connection', socket);
  };
  const listener = await network.listen(port, accept, { loopback, unredirected: true });
  return {
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]();
      for (const socket of sockets) socket.destroy();
    },
  };
}
