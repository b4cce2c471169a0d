import type { Writable } from 'node:stream';

/**
 * Whoever reads a command's output may leave early (`istioctl … | grep -q`): the rest is not written, and the command's
 * outcome stays what it is, as with programs that write everything at once.
 */
export function allowClosedPipe(output: Writable): void {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
