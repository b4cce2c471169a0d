import type { Duplex } from 'node:stream';

/** Open sockets, so that what outlives its request (a watch, an exec session) can be ended. */
export class Connections {
  readonly #open = new Set<Duplex>();

  add(socket: Duplex): void {
    if (this.#open.has(socket)) return;
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
  }

  closeAll(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
