import { createServer, type RequestListener } from 'node:http';
import type { ProgramContext } from '@meshbed/core';

/** Serves HTTP on ports of the workload until the container ends. */
export async function serveHttp(
  context: ProgramContext,
  ports: readonly number[],
  answer: RequestListener,
): Promise<number> {
  const server = createServer(answer);
  for (const port of ports) {
    await context.network.listen(port, (socket) => server.emit('connection', socket));
  }
  context.setHealthy(true);
  await untilAborted(context.signal);
  server.closeAllConnections();
  return 0;
}

export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
