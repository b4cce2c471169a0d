import { constants, createInflate } from 'node:zlib';
import { spdyDictionary } from './dictionary.ts';

/** Header names and values of a frame; names in lower case. */
export type SpdyHeaders = Readonly<Record<string, string>>;

/** Reads the header blocks of one connection; compression state spans all its frames, so every block must pass, in order. */
export class HeaderReader {
  readonly #inflate = createInflate({
    dictionary: spdyDictionary,
    flush: constants.Z_SYNC_FLUSH,
    finishFlush: constants.Z_SYNC_FLUSH,
  });

  /** @throws Error when the block is not a continuation of the compressed stream. */
  async read(block: Buffer): Promise<SpdyHeaders> {
    return decodeHeaders(await this.#decompress(block));
  }

  close(): void {
    this.#inflate.destroy();
  }

  #decompress(block: Buffer): Promise<Buffer> {
    const inflate = this.#inflate;
    return new Promise((resolve, reject) => {
      inflate.once('error', reject);
      inflate.write(block, (error) => {
        inflate.off('error', reject);
        if (error) return reject(error);
        const parts: Buffer[] = [];
        for (let part = inflate.read() as Buffer | null; part; part = inflate.read() as Buffer | null) parts.push(part);
        resolve(Buffer.concat(parts));
      });
    });
  }
}

/**
 * Writes header blocks without compressing: stored deflate blocks after one zlib header that names the dictionary.
 * The headers of a reply are empty, so there is nothing to win. An empty block ends each, as a sync flush would: Go's
 * reader gives out what came before only then.
 */
export class HeaderWriter {
  #started = false;

  write(headers: SpdyHeaders): Buffer {
    const plain = encodeHeaders(headers);
    const start = this.#started ? Buffer.alloc(0) : zlibHeader();
    this.#started = true;
    return Buffer.concat([start, storedBlock(plain), storedBlock(Buffer.alloc(0))]);
  }
}

/** RFC 1951, 3.2.4: not the last block, stored; length and its complement, little-endian. */
function storedBlock(plain: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt16LE(plain.length, 1);
  head.writeUInt16LE(plain.length ^ 0xffff, 3);
  return Buffer.concat([head, plain]);
}

/** Deflate, 32 KiB window, preset dictionary (RFC 1950, 2.2): two bytes divisible by 31, then the dictionary's checksum. */
function zlibHeader(): Buffer {
  const header = Buffer.from([0x78, 0x20, 0, 0, 0, 0]);
  header[1] = 0x20 + (31 - ((0x78 * 256 + 0x20) % 31));
  header.writeUInt32BE(adler32(spdyDictionary), 2);
  return header;
}

function adler32(bytes: Buffer): number {
  let [low, high] = [1, 0];
  for (const byte of bytes) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return high * 65_536 + low;
}

/** A count, then length and bytes of each name and value; all numbers 32 bits, big-endian. */
export function encodeHeaders(headers: SpdyHeaders): Buffer {
  const entries = Object.entries(headers);
  return Buffer.concat([
    uint32(entries.length),
    ...entries.flat().flatMap((text) => [uint32(text.length), Buffer.from(text, 'latin1')]),
  ]);
}

export function decodeHeaders(plain: Buffer): SpdyHeaders {
  let offset = 4;
  const next = () => {
    const length = plain.readUInt32BE(offset);
    offset += 4 + length;
    return plain.toString('latin1', offset - length, offset);
  };
  const pairs = Array.from({ length: plain.readUInt32BE(0) }, () => [next().toLowerCase(), next()] as const);
  return Object.fromEntries(pairs);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
