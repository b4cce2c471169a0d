import { createHash } from 'node:crypto';
import { MeshbedError } from '@meshbed/core';

/** Binary frames of a Session Manager data channel, schema version 1: a 120 byte big-endian header, then the payload. */
export type MessageType =
  | 'input_stream_data'
  | 'output_stream_data'
  | 'acknowledge'
  | 'channel_closed'
  | 'start_publication'
  | 'pause_publication';

export const payloadTypes = {
  none: 0,
  output: 1,
  error: 2,
  size: 3,
  parameter: 4,
  handshakeRequest: 5,
  handshakeResponse: 6,
  handshakeComplete: 7,
  flag: 10,
  standardError: 11,
  exitCode: 12,
} as const;

/** Values of a flag payload (uint32). */
export const flagValues = { disconnectToPort: 1, terminateSession: 2, connectToPortError: 3 } as const;

/** Data frames carry no header flags; an acknowledgement is the first and the last of its stream (SYN | FIN). */
export const headerFlags = { data: 0, acknowledge: 3 } as const;

export interface ChannelMessage {
  type: MessageType;
  createdAtMs: number;
  /** Counts from 0 in each direction; acknowledgements carry 0. */
  sequence: number;
  flags: number;
  /** A UUID. */
  id: string;
  payloadType: number;
  payload: Buffer;
}

const at = {
  headerLength: 0,
  type: 4,
  schema: 36,
  created: 40,
  sequence: 48,
  flags: 56,
  id: 64,
  digest: 80,
  payloadType: 112,
  payloadLength: 116,
  payload: 120,
} as const;
const typeLength = at.schema - at.type;

export function encodeMessage(message: ChannelMessage): Buffer {
  const frame = Buffer.alloc(at.payload + message.payload.length);
  frame.writeUInt32BE(at.payloadLength, at.headerLength);
  frame.write(message.type.padEnd(typeLength, ' '), at.type, 'latin1');
  frame.writeUInt32BE(1, at.schema);
  frame.writeBigUInt64BE(BigInt(message.createdAtMs), at.created);
  frame.writeBigInt64BE(BigInt(message.sequence), at.sequence);
  frame.writeBigUInt64BE(BigInt(message.flags), at.flags);
  swapHalves(Buffer.from(message.id.replaceAll('-', ''), 'hex')).copy(frame, at.id);
  digest(message.payload).copy(frame, at.digest);
  frame.writeUInt32BE(message.payloadType, at.payloadType);
  frame.writeUInt32BE(message.payload.length, at.payloadLength);
  message.payload.copy(frame, at.payload);
  return frame;
}

/** @throws MeshbedError `cloud/malformed-message` for a frame that is cut short or whose digest does not match. */
export function decodeMessage(frame: Buffer): ChannelMessage {
  if (frame.length < at.payload) throw malformed(`only ${frame.length} bytes`);
  const payloadAt = frame.readUInt32BE(at.headerLength) + 4;
  const length = frame.readUInt32BE(payloadAt - 4 <= frame.length - 4 ? payloadAt - 4 : at.payloadLength);
  const payload = frame.subarray(payloadAt, payloadAt + length);
  if (payload.length !== length) throw malformed(`payload of ${length} bytes announced, ${payload.length} present`);
  if (length > 0 && !digest(payload).equals(frame.subarray(at.digest, at.payloadType)))
    throw malformed('digest mismatch');
  return {
    type: text(frame.subarray(at.type, at.schema)) as MessageType,
    createdAtMs: Number(frame.readBigUInt64BE(at.created)),
    sequence: Number(frame.readBigInt64BE(at.sequence)),
    flags: Number(frame.readBigUInt64BE(at.flags)),
    id: uuid(swapHalves(frame.subarray(at.id, at.digest))),
    payloadType: frame.readUInt32BE(at.payloadType),
    payload,
  };
}

/** The protocol writes the less significant half of a UUID first. */
const swapHalves = (id: Buffer) => Buffer.concat([id.subarray(8), id.subarray(0, 8)]);

function uuid(bytes: Buffer): string {
  const digits = bytes.toString('hex');
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => digits.slice(from, to))
    .join('-');
}

const digest = (payload: Buffer) => createHash('sha256').update(payload).digest();

/** Peers pad with spaces or with NULs. */
const text = (bytes: Buffer) => bytes.toString('latin1').replaceAll('\0', ' ').trim();

const malformed = (why: string) =>
  new MeshbedError('cloud/malformed-message', `A data channel frame can't be read: ${why}.`);
