import type { Socket } from 'node:net';
import { connectLoopback, listenOnLoopback } from '@meshbed/core';
import { NetworkError } from './errors.ts';

/**
 * One port inside a workload: connections from the same workload reach `accept` without passing the fabric. The real
 * listener on 127.0.0.1 opens with the first of them, so that ports which only the network uses cost nothing.
 */
export class LoopbackPort implements AsyncDisposable {
  #listener: ReturnType<typeof listenOnLoopback> | undefined;
  #closed = false;
  readonly #accept: (socket: Socket) => void;

  constructor(accept: (socket: Socket) => void) {
    this.#accept = accept;
  }

  async connect(): Promise<Socket> {
    if (this.#closed) throw new NetworkError('ECONNREFUSED', 'the listener has closed');
    const { port } = await (this.#listener ??= listenOnLoopback(this.#accept));
    return connectLoopback(port);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await (await this.#listener)?.[Symbol.asyncDispose]();
  }
}
