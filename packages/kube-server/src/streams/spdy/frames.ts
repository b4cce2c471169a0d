import type { Readable } from 'node:stream';

/** Types of SPDY/3 control frames that Kubernetes clients send or expect. */
export const controlType = {
  synStream: 1,
  synReply: 2,
  reset: 3,
  ping: 6,
  goAway: 7,
  headers: 8,
  windowUpdate: 9,
} as const;

export const finFlag = 0x01;
const versionBits = 0x8003;

export type SpdyFrame =
  | { kind: 'data'; streamId: number; fin: boolean; payload: Buffer }
  | { kind: 'control'; type: number; fin: boolean; payload: Buffer };

/** The frames of a connection, in order. Ends with the connection; a cut-off last frame is dropped. */
export async function* readFrames(transport: Readable): AsyncGenerator<SpdyFrame> {
  let buffered: Buffer = Buffer.alloc(0);
  for await (const chunk of transport) {
    buffered = buffered.length === 0 ? (chunk as Buffer) : Buffer.concat([buffered, chunk as Buffer]);
    for (let size = frameSize(buffered); size !== undefined; size = frameSize(buffered)) {
      yield parseFrame(buffered.subarray(0, size));
      buffered = buffered.subarray(size);
    }
  }
}

function frameSize(bytes: Buffer): number | undefined {
  if (bytes.length < 8) return undefined;
  const size = 8 + bytes.readUIntBE(5, 3);
  return bytes.length < size ? undefined : size;
}

function parseFrame(bytes: Buffer): SpdyFrame {
  const common = { fin: ((bytes[4] ?? 0) & finFlag) !== 0, payload: bytes.subarray(8) };
  const word = bytes.readUInt32BE(0);
  if (word >= 0x8000_0000) return { kind: 'control', type: bytes.readUInt16BE(2), ...common };
  return { kind: 'data', streamId: word, ...common };
}

export function dataFrame(streamId: number, payload: Buffer, fin = false): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(streamId);
  head[4] = fin ? finFlag : 0;
  head.writeUIntBE(payload.length, 5, 3);
  return Buffer.concat([head, payload]);
}

export function controlFrame(type: number, payload: Buffer, flags = 0): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(versionBits);
  head.writeUInt16BE(type, 2);
  head[4] = flags;
  head.writeUIntBE(payload.length, 5, 3);
  return Buffer.concat([head, payload]);
}

/** The payload of RST_STREAM and WINDOW_UPDATE: two 32-bit numbers. */
export function pair(first: number, second: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(first);
  bytes.writeUInt32BE(second, 4);
  return bytes;
}
