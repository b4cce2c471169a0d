import { createHash } from 'node:crypto';

/**
 * Frames of the Session Manager data channel, big-endian. Layout as in the open-source session-manager-plugin: a header
 * of 116 bytes, the payload's length, the payload.
 */
export interface ChannelMessage {
  type: string;
  sequence: bigint;
  /** Bit 0 SYN, bit 1 FIN; 3 on acknowledgements. */
  flags: bigint;
  /** A UUID. */
  id: string;
  payloadType: number;
  payload: Buffer;
}

export const payloadTypes = {
  output: 1,
  error: 2,
  size: 3,
  parameter: 4,
  handshakeRequest: 5,
  handshakeResponse: 6,
  handshakeComplete: 7,
  flag: 10,
  stdErr: 11,
  exitCode: 12,
} as const;

const headerLength = 116;
const offsets = { type: 4, schema: 36, created: 40, sequence: 48, flags: 56, id: 64, digest: 80, payloadType: 112 };

export function encodeMessage(message: ChannelMessage, nowMs: number): Buffer {
  const header = Buffer.alloc(headerLength + 4);
  header.writeUInt32BE(headerLength, 0);
  header.write(message.type.padEnd(32, ' '), offsets.type, 32, 'ascii');
  header.writeUInt32BE(1, offsets.schema);
  header.writeBigUInt64BE(BigInt(nowMs), offsets.created);
  header.writeBigInt64BE(message.sequence, offsets.sequence);
  header.writeBigUInt64BE(message.flags, offsets.flags);
  swappedHalves(Buffer.from(message.id.replaceAll('-', ''), 'hex')).copy(header, offsets.id);
  createHash('sha256').update(message.payload).digest().copy(header, offsets.digest);
  header.writeUInt32BE(message.payloadType, offsets.payloadType);
  header.writeUInt32BE(message.payload.length, headerLength);
  return Buffer.concat([header, message.payload]);
}

/** @throws RangeError on a truncated frame, Error when the digest doesn't fit the payload. */
export function decodeMessage(frame: Buffer): ChannelMessage {
  const start = frame.readUInt32BE(0) + 4;
  const payload = frame.subarray(start, start + frame.readUInt32BE(start - 4));
  const digest = createHash('sha256').update(payload).digest();
  if (payload.length > 0 && !digest.equals(frame.subarray(offsets.digest, offsets.payloadType))) {
    throw new Error('a message of the data channel is damaged: its digest does not fit');
  }
  return {
    type: frame.toString('ascii', offsets.type, offsets.schema).replaceAll(/\0|\s/g, ''),
    sequence: frame.readBigInt64BE(offsets.sequence),
    flags: frame.readBigUInt64BE(offsets.flags),
    id: uuid(swappedHalves(frame.subarray(offsets.id, offsets.digest))),
    payloadType: frame.readUInt32BE(offsets.payloadType),
    payload,
  };
}

/** On the wire the low eight bytes of the UUID come first. */
function swappedHalves(bytes: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(8, 16), bytes.subarray(0, 8)]);
}

function uuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
