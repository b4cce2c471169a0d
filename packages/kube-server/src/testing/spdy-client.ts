import { request } from '@meshbed/core/http';
import type { Duplex } from 'node:stream';
import { constants, createDeflate, type Deflate } from 'node:zlib';
import { controlFrame, controlType, dataFrame, pair, readFrames } from '../streams/spdy/frames.ts';
import { spdyDictionary } from '../streams/spdy/dictionary.ts';
import { encodeHeaders, HeaderReader } from '../streams/spdy/headers.ts';

/** The client's side of a SPDY connection, with headers compressed as Go's client does. */
export class SpdyClient {
  readonly #transport: Duplex;
  readonly #deflate: Deflate = createDeflate({ dictionary: spdyDictionary, flush: constants.Z_SYNC_FLUSH });
  readonly #received = new Map<number, Buffer[]>();
  readonly #ends = new Map<number, PromiseWithResolvers<string>>();
  #nextId = 1;

  constructor(transport: Duplex) {
    this.#transport = transport;
    this.#run().catch(() => transport.destroy()); // a broken connection fails the test by what it lacks
  }

  async open(headers: Record<string, string>): Promise<number> {
    const id = this.#nextId;
    this.#nextId += 2;
    this.#received.set(id, []);
    this.#ends.set(id, Promise.withResolvers());
    const fixed = Buffer.alloc(10);
    fixed.writeUInt32BE(id);
    this.#transport.write(
      controlFrame(controlType.synStream, Buffer.concat([fixed, await this.#compress(encodeHeaders(headers))])),
    );
    return id;
  }

  write(id: number, text: string | Buffer): void {
    this.#transport.write(dataFrame(id, Buffer.from(text)));
  }

  end(id: number): void {
    this.#transport.write(dataFrame(id, Buffer.alloc(0), true));
  }

  reset(id: number): void {
    const cancelled = 5;
    this.#transport.write(controlFrame(controlType.reset, pair(id, cancelled)));
  }

  /** All that arrives on a stream until its other end closes it. */
  text(id: number): Promise<string> {
    return this.#ends.get(id)?.promise ?? Promise.reject(new Error(`no stream ${id}`));
  }

  close(): void {
    this.#transport.destroy();
  }

  async #run(): Promise<void> {
    const reader = new HeaderReader();
    for await (const frame of readFrames(this.#transport)) {
      if (frame.kind === 'control') {
        if (frame.type === controlType.synReply) await reader.read(frame.payload.subarray(4));
        continue;
      }
      this.#received.get(frame.streamId)?.push(frame.payload);
      if (frame.fin)
        this.#ends.get(frame.streamId)?.resolve(Buffer.concat(this.#received.get(frame.streamId) ?? []).toString());
    }
    reader.close();
  }

  #compress(plain: Buffer): Promise<Buffer> {
    const deflate = this.#deflate;
    return new Promise((resolve) => {
      deflate.write(plain, () => {
        const parts: Buffer[] = [];
        for (let part = deflate.read() as Buffer | null; part; part = deflate.read() as Buffer | null) parts.push(part);
        resolve(Buffer.concat(parts));
      });
    });
  }
}

/** Upgrades a request for `path` on 127.0.0.1 to SPDY. */
export function upgradeToSpdy(
  port: number,
  path: string,
  protocol: string,
): Promise<{ client: SpdyClient; version: string | undefined }> {
  return new Promise((resolve, reject) => {
    const headers = { connection: 'Upgrade', upgrade: 'SPDY/3.1', 'x-stream-protocol-version': protocol };
    const asked = request({ host: '127.0.0.1', port, path, method: 'POST', headers });
    asked.on('upgrade', (response, socket) => {
      const version = response.headers['x-stream-protocol-version'];
      resolve({ client: new SpdyClient(socket), version: Array.isArray(version) ? version[0] : version });
    });
    asked.on('response', (response) => reject(new Error(`HTTP ${response.statusCode}`)));
    asked.on('error', reject);
    asked.end();
  });
}
