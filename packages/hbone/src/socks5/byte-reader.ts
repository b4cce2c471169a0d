import type { Socket } from 'node:net';

const arrivals = ['readable', 'end', 'close'] as const;

/** Reads a socket in portions of known size. */
export class ByteReader {
  readonly #socket: Socket;
  #have: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Exactly `size` bytes. @throws Error when the stream ends before. */
  async take(size: number): Promise<Buffer> {
    while (this.#have.length < size) {
      // All there is: with a rest left in the socket, waiting for 'readable' would end at once, for ever.
      const chunk = this.#socket.read() as Buffer | null;
      if (chunk) this.#have = Buffer.concat([this.#have, chunk]);
      else if (this.#socket.readableEnded || this.#socket.destroyed) throw new Error('SOCKS5: the client hung up');
      else await this.#more();
    }
    const taken = this.#have.subarray(0, size);
    this.#have = this.#have.subarray(size);
    return taken;
  }

  /** Puts what was read too much back into the socket. */
  giveBack(): void {
    if (this.#have.length > 0) this.#socket.unshift(this.#have);
    this.#have = Buffer.alloc(0);
  }

  async #more(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    for (const event of arrivals) this.#socket.on(event, resolve);
    this.#socket.on('error', reject);
    try {
      await promise;
    } finally {
      for (const event of arrivals) this.#socket.off(event, resolve);
      this.#socket.off('error', reject);
    }
  }
}
