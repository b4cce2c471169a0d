import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from '@meshbed/core/http';
import type { Socket } from 'node:net';
import type { Peer, ProgramContext } from '@meshbed/core';
import { untilAborted } from '../runtime/termination.ts';

/** How a request came in: by which port of the workload, from whom. */
export interface Arrival {
  port: number;
  peer: Peer;
}

export type Answer = (request: IncomingMessage, response: ServerResponse, arrival: Arrival) => void | Promise<void>;

/** Serves HTTP on ports of the workload until the container ends, which also ends its connections. */
export async function serveHttp(context: ProgramContext, ports: readonly number[], answer: Answer): Promise<number> {
  const arrivals = new WeakMap<Socket, Arrival>();
  const server = createServer((request, response) => {
    const arrival = arrivals.get(request.socket) ?? { port: 0, peer: { ip: '', port: 0 } };
    void (async () => answer(request, response, arrival))().catch(() => response.destroy()); // a client that hung up
  });
  for (const port of ports) {
    await context.network.listen(port, (socket, peer) => {
      arrivals.set(socket, { port, peer });
      server.emit('connection', socket);
    });
  }
  await untilAborted(context.signal);
  return 0;
}
