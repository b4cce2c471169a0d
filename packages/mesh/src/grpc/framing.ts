import type { Http2Stream } from 'node:http2';
import { type DescMessage, type DescMethod, create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { Code, GrpcError } from './status.ts';

const headerSize = 5;
/** The limit that ztunnel sets for xDS. */
const largestMessage = 200 * 2 ** 20;

/** One length-prefixed message: flag byte 0 (not compressed), four bytes of length, the payload. */
export function frame(payload: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(headerSize + payload.length);
  bytes[0] = 0;
  bytes.writeUInt32BE(payload.length, 1);
  bytes.set(payload, headerSize);
  return bytes;
}

export const encode = <T extends DescMessage>(schema: T, message: MessageInitShape<T>): Buffer =>
  frame(toBinary(schema, create(schema, message)));

export const pathOf = (method: DescMethod): string => `/${method.parent.typeName}/${method.name}`;

/** Puts a byte stream's chunks together to messages. */
class Reassembler {
  #chunks: Buffer[] = [];
  #have = 0;
  #need = headerSize;

  get empty(): boolean {
    return this.#have === 0;
  }

  *add(chunk: Buffer): Generator<Buffer> {
    this.#chunks.push(chunk);
    this.#have += chunk.length;
    while (this.#have >= this.#need) {
      const bytes = Buffer.concat(this.#chunks);
      this.#need = headerSize + payloadSize(bytes);
      this.#keep(bytes);
      if (this.#have < this.#need) return;
      yield bytes.subarray(headerSize, this.#need);
      this.#keep(bytes.subarray(this.#need));
      this.#need = headerSize;
    }
  }

  #keep(bytes: Buffer): void {
    this.#chunks = [bytes];
    this.#have = bytes.length;
  }
}

function payloadSize(bytes: Buffer): number {
  const size = bytes.readUInt32BE(1);
  if (bytes[0] !== 0) throw new GrpcError(Code.internal, 'compressed message without a negotiated encoding');
  if (size > largestMessage) {
    throw new GrpcError(Code.resourceExhausted, `message of ${size} bytes exceeds ${largestMessage}`);
  }
  return size;
}

/** The messages of a stream, pulled one by one, so that an unread call closes only its own HTTP/2 window. */
export async function* messages(stream: Http2Stream): AsyncGenerator<Buffer> {
  const reassembler = new Reassembler();
  // Leaving a plain `for await` destroys the stream, and with it the answer that is still to be written.
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    yield* reassembler.add(chunk);
  }
  if (!reassembler.empty) throw new GrpcError(Code.internal, 'stream ended inside a message');
}

/** Resolves when the peer's window has room again: the only backpressure a sender needs. */
export function write(stream: Http2Stream, bytes: Uint8Array): Promise<void> {
  const closed = () => new GrpcError(Code.cancelled, 'stream is closed');
  return new Promise((resolve, reject) => {
    if (stream.destroyed || stream.writableEnded) return reject(closed());
    if (stream.write(bytes)) return resolve();
    const done = () => {
      stream.off('drain', done).off('close', done);
      if (stream.destroyed) reject(closed());
      else resolve();
    };
    stream.on('drain', done).on('close', done);
  });
}
