import type { Socket } from 'node:net';

/** Joins two connections: bytes and half-closes both ways, and a failure of one resets the other. */
export function splice(a: Socket, b: Socket): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    // Read at the moment of `end`, so it still counts for sockets that exist already.
    from.allowHalfOpen = true;
    from.pipe(to);
    from.once('error', () => to.resetAndDestroy());
    from.once('close', () => to.destroySoon());
  }
}
