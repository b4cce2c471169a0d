import { Duplex } from 'node:stream';
import { controlFrame, controlType, dataFrame, pair, readFrames, type SpdyFrame } from './frames.ts';
import { HeaderReader, HeaderWriter, type SpdyHeaders } from './headers.ts';

const cancelled = 5;
const largestFrame = 16 * 1024;
const noBytes = Buffer.alloc(0);

/** One stream of a session: what arrives is readable, what is written is sent, both ends close separately. */
export class SpdyStream extends Duplex {
  readonly id: number;
  readonly headers: SpdyHeaders;
  readonly #send: (frame: Buffer, sent: (error?: Error | null) => void) => void;
  #drained = Promise.withResolvers<void>();

  constructor(id: number, headers: SpdyHeaders, send: (frame: Buffer, sent: (error?: Error | null) => void) => void) {
    super({ allowHalfOpen: true });
    this.id = id;
    this.headers = headers;
    this.#send = send;
  }

  /** Hands over received bytes; resolves when the reader wants more. */
  async receive(payload: Buffer): Promise<void> {
    if (this.destroyed || payload.length === 0) return;
    this.#drained = Promise.withResolvers<void>();
    if (!this.push(payload)) await this.#drained.promise;
  }

  receiveEnd(): void {
    if (!this.destroyed) this.push(null);
  }

  override _read(): void {
    this.#drained.resolve();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    for (let start = 0; start < chunk.length; start += largestFrame) {
      const last = start + largestFrame >= chunk.length;
      this.#send(dataFrame(this.id, chunk.subarray(start, start + largestFrame)), last ? done : ignore);
    }
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#send(dataFrame(this.id, noBytes, true), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#drained.resolve();
    if (!this.readableEnded || !this.writableFinished)
      this.#send(controlFrame(controlType.reset, pair(this.id, cancelled)), ignore);
    done(error);
  }
}

const ignore = () => {};

/**
 * The server's side of a SPDY/3.1 connection, as far as Kubernetes clients use it: streams that the client opens.
 * One stalled reader stops the whole connection, which bounds memory; the clients use no flow-control windows.
 */
export class SpdySession {
  readonly closed: Promise<void>;
  readonly #transport: Duplex;
  readonly #streams = new Map<number, SpdyStream>();
  readonly #reader = new HeaderReader();
  readonly #writer = new HeaderWriter();
  readonly #onStream: (stream: SpdyStream) => void;

  constructor(transport: Duplex, onStream: (stream: SpdyStream) => void) {
    this.#transport = transport;
    this.#onStream = onStream;
    transport.on('error', () => this.#dispose());
    transport.on('close', () => this.#dispose());
    this.closed = this.#run();
  }

  /** Sends what is buffered and closes the connection. */
  end(): void {
    this.#transport.end();
  }

  async #run(): Promise<void> {
    try {
      for await (const frame of readFrames(this.#transport)) await this.#handle(frame);
    } catch {
      this.#transport.destroy(); // a broken connection or a frame that is not SPDY: the client reconnects
    } finally {
      this.#dispose();
    }
  }

  async #handle(frame: SpdyFrame): Promise<void> {
    if (frame.kind === 'control') return this.#handleControl(frame.type, frame.fin, frame.payload);
    const stream = this.#streams.get(frame.streamId);
    if (!stream) return;
    await stream.receive(frame.payload);
    if (frame.payload.length > 0)
      this.#send(controlFrame(controlType.windowUpdate, pair(stream.id, frame.payload.length)));
    if (frame.fin) stream.receiveEnd();
  }

  async #handleControl(type: number, fin: boolean, payload: Buffer): Promise<void> {
    switch (type) {
      case controlType.synStream:
        return this.#open(payload.readUInt32BE(0), fin, await this.#reader.read(payload.subarray(10)));
      case controlType.headers:
        return void (await this.#reader.read(payload.subarray(4)));
      case controlType.reset:
        return void this.#streams.get(payload.readUInt32BE(0))?.destroy();
      case controlType.ping:
        return this.#send(controlFrame(controlType.ping, payload));
      default:
        return; // settings, go-away and window updates need no answer
    }
  }

  #open(id: number, fin: boolean, headers: SpdyHeaders): void {
    const stream = new SpdyStream(id, headers, (frame, sent) => this.#send(frame, sent));
    this.#streams.set(id, stream);
    stream.on('error', ignore);
    stream.on('close', () => this.#streams.delete(id));
    const reply = Buffer.alloc(4);
    reply.writeUInt32BE(id);
    this.#send(controlFrame(controlType.synReply, Buffer.concat([reply, this.#writer.write({})])));
    if (fin) stream.receiveEnd();
    this.#onStream(stream);
  }

  #send(frame: Buffer, sent: (error?: Error | null) => void = ignore): void {
    if (!this.#transport.writable) return sent(new Error('the connection is closed'));
    this.#transport.write(frame, sent);
  }

  #dispose(): void {
    for (const stream of this.#streams.values()) stream.destroy();
    this.#reader.close();
  }
}
