import { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { KubeError } from '../errors.ts';
import { sendOn } from './channels.ts';

export const portForwardProtocol = 'v4.channel.k8s.io';
const channels = { data: 0, error: 1 } as const;

/**
 * One forwarded port as a byte stream. Each message begins with its channel; the first on either channel only repeats
 * the port's number.
 */
export class ForwardedPort extends Duplex {
  readonly #socket: WebSocket;
  readonly #announced = new Set<number>();

  constructor(socket: WebSocket) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    socket.on('message', (message: Buffer) => this.#receive(message));
    socket.on('close', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
  }

  #receive(message: Buffer): void {
    const channel = message[0] ?? 0;
    if (!this.#announced.has(channel)) return void this.#announced.add(channel);
    const body = message.subarray(1);
    if (channel !== channels.data) this.destroy(new KubeError(0, 'PortForward', body.toString('utf8')));
    else if (!this.push(body)) this.#socket.pause();
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    sendOn(this.#socket, channels.data, chunk, done);
  }

  override _final(done: () => void): void {
    this.#socket.close();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.terminate();
    done(error);
  }
}
