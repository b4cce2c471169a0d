/** DER, as far as certificates and signing requests need it (X.690, RFC 5280). */

export const tag = {
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  sequence: 0x30,
  set: 0x31,
} as const;
const utcTime = 0x17;
const generalizedTime = 0x18;

function lengthOf(size: number): Buffer {
  if (size < 0x80) return Buffer.from([size]);
  return size < 0x100 ? Buffer.from([0x81, size]) : Buffer.from([0x82, size >> 8, size & 0xff]);
}

export function element(type: number, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([type]), lengthOf(body.length), body]);
}

export const sequence = (...parts: Uint8Array[]): Buffer => element(tag.sequence, ...parts);
export const set = (...parts: Uint8Array[]): Buffer => element(tag.set, ...parts);
export const octets = (body: Uint8Array): Buffer => element(tag.octets, body);
export const bitString = (body: Uint8Array): Buffer => element(tag.bits, Buffer.from([0]), body);
/** Context-specific, constructed. */
export const explicit = (number: number, body: Uint8Array): Buffer => element(0xa0 | number, body);
/** Context-specific, primitive. */
export const implicit = (number: number, body: Uint8Array): Buffer => element(0x80 | number, body);
export const truth: Buffer = Buffer.from([0x01, 0x01, 0xff]);

/** A non-negative integer from its big-endian bytes. */
export const integer = (bytes: Buffer): Buffer =>
  element(tag.integer, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);

export const utf8 = (text: string): Buffer => element(tag.utf8, Buffer.from(text));

/** RFC 5280 wants UTCTime through 2049 and GeneralizedTime from 2050. */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}Z`;
  return date.getUTCFullYear() < 2050
    ? element(utcTime, Buffer.from(digits.slice(2)))
    : element(generalizedTime, Buffer.from(digits));
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(tag.oid, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(arc: number): number[] {
  const groups = [arc & 0x7f];
  for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128)) groups.unshift((high & 0x7f) | 0x80);
  return groups;
}

export interface DerNode {
  tag: number;
  /** Header and body. */
  whole: Buffer;
  body: Buffer;
}

/** The element at `offset`. @throws Error when it is cut short or its length is not one we write. */
export function read(bytes: Buffer, offset = 0): DerNode {
  const first = bytes[offset + 1];
  if (first === undefined) throw new Error('DER: truncated');
  const extra = first & 0x80 ? first & 0x7f : 0;
  if (first === 0x80 || extra > 3 || offset + 2 + extra > bytes.length) throw new Error('DER: bad length');
  const size = extra > 0 ? bytes.readUIntBE(offset + 2, extra) : first;
  const start = offset + 2 + extra;
  if (start + size > bytes.length) throw new Error('DER: truncated');
  return {
    tag: bytes[offset] ?? 0,
    whole: bytes.subarray(offset, start + size),
    body: bytes.subarray(start, start + size),
  };
}

export function children({ body }: DerNode): DerNode[] {
  const found: DerNode[] = [];
  for (let offset = 0; offset < body.length; offset += found.at(-1)?.whole.length ?? body.length) {
    found.push(read(body, offset));
  }
  return found;
}

export function toPem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
