/** For tests: what comes out of a socket. */
import { once } from 'node:events';
import type { Socket } from 'node:net';

export type Ending = { how: 'end' | 'reset' | 'error'; text: string };

/** Everything that arrives until the stream ends, and how it ended. */
export function ending(socket: Socket): Promise<Ending> {
  let text = '';
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.once('end', () => resolve({ how: 'end', text }));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ how: error.code === 'ECONNRESET' ? 'reset' : 'error', text }),
    );
    socket.once('close', () => resolve({ how: 'error', text }));
  });
}

/** The next piece that arrives. */
export async function nextText(socket: NodeJS.ReadableStream): Promise<string> {
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk.toString();
}
