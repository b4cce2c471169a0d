import type { Clock } from '@meshbed/core';
import type { Socket } from 'node:net';

const patienceMs = 1000;

/**
 * Resets an application's connection that it believes open. Not before it has sent something: a reset right behind the
 * success of its connect() can overtake that, and the application would report a failed connect instead of a reset.
 */
export function lateReset(socket: Socket, clock: Clock): void {
  const timer = clock.after(patienceMs, () => reset());
  const reset = () => {
    timer[Symbol.dispose]();
    if (!socket.destroyed) socket.resetAndDestroy();
  };
  socket.once('data', reset);
  socket.once('end', reset);
  socket.once('close', () => timer[Symbol.dispose]());
  socket.resume();
}
