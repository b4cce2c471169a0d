import { isIP } from 'node:net';

/** 4 or 16 bytes, as xDS carries addresses. @throws Error when it is no address. */
export function addressBytes(ip: string): Uint8Array {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  switch (isIP(mapped ?? ip)) {
    case 4:
      return Uint8Array.from((mapped ?? ip).split('.').map(Number));
    case 6:
      return ipv6Bytes(ip);
    default:
      throw new Error(`"${ip}" is not an IP address`);
  }
}

function ipv6Bytes(ip: string): Uint8Array {
  const [head = '', tail] = ip.split('::');
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0);
  const all = tail === undefined ? before : [...before, ...zeros, ...after];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

/** Sixteen-bit groups; the last may be written as an IPv4 address. */
const groups = (text: string): number[] =>
  text === ''
    ? []
    : text.split(':').flatMap((part) => (part.includes('.') ? embedded(part) : Number.parseInt(part, 16)));

function embedded(ipv4: string): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number);
  return [(a << 8) | b, (c << 8) | d];
}

export const isAddress = (text: string | undefined): text is string => text !== undefined && isIP(text) !== 0;
