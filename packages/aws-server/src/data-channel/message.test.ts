import { MeshbedError } from '@meshbed/core';
import { assert, constantFrom, nat, property, record, uint8Array, uuid } from 'fast-check';
import { expect, test } from 'vitest';
import { type ChannelMessage, decodeMessage, encodeMessage } from './message.ts';

const message: ChannelMessage = {
  type: 'output_stream_data',
  createdAtMs: 1_700_000_000_123,
  sequence: 7,
  flags: 0,
  id: '00112233-4455-6677-8899-aabbccddeeff',
  payloadType: 1,
  payload: Buffer.from('hello'),
};

test('data channel message: survives encoding and decoding', () => {
  expect(decodeMessage(encodeMessage(message))).toEqual(message);
});

test('data channel message: header fields are where the protocol puts them', () => {
  const frame = encodeMessage(message);
  expect(frame.readUInt32BE(0)).toBe(116);
  expect(frame.toString('latin1', 4, 36)).toBe('output_stream_data'.padEnd(32));
  expect(frame.readUInt32BE(36)).toBe(1);
  expect(frame.readBigInt64BE(48)).toBe(7n);
  expect(frame.toString('hex', 64, 80)).toBe('8899aabbccddeeff0011223344556677');
  expect(frame.readUInt32BE(112)).toBe(1);
  expect(frame.readUInt32BE(116)).toBe(5);
  expect(frame.toString('utf8', 120)).toBe('hello');
});

test('data channel message: a type padded with NULs is understood', () => {
  const frame = encodeMessage(message);
  frame.fill(0, 4 + message.type.length, 36);
  expect(decodeMessage(frame).type).toBe(message.type);
});

const broken: [string, (frame: Buffer) => Buffer, RegExp][] = [
  ['cut header', (frame) => frame.subarray(0, 60), /only 60 bytes/],
  ['cut payload', (frame) => frame.subarray(0, 122), /5 bytes announced, 2 present/],
  ['changed payload', (frame) => frame.fill('x', 120, 121), /digest mismatch/],
];

test.each(broken)('data channel message: %s is refused', (_, damage, reason) => {
  expect(() => decodeMessage(damage(encodeMessage(message)))).toThrow(reason);
});

const messages = record({
  type: constantFrom('input_stream_data' as const, 'acknowledge' as const, 'channel_closed' as const),
  createdAtMs: nat(),
  sequence: nat(),
  flags: nat(3),
  id: uuid(),
  payloadType: nat(12),
  payload: uint8Array().map((bytes) => Buffer.from(bytes)),
});

test('data channel message: every message survives encoding and decoding', () => {
  assert(
    property(messages, (any) => {
      expect(decodeMessage(encodeMessage(any))).toEqual(any);
    }),
  );
});

const reasonAgainst = (frame: Uint8Array): unknown => {
  try {
    decodeMessage(Buffer.from(frame));
    return undefined;
  } catch (error) {
    return error;
  }
};

test('data channel message: any other frame is read or refused with a reason', () => {
  const isReasoned = (frame: Uint8Array) =>
    [MeshbedError, undefined].includes(reasonAgainst(frame)?.constructor as never);
  assert(property(uint8Array({ maxLength: 400 }), isReasoned));
});
