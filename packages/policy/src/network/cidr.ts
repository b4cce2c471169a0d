import { MeshbedError } from '@meshbed/core';

/** An IPv4 block: `network` is the first address as an unsigned number, host bits cleared. */
export interface Cidr {
  network: number;
  prefixLength: number;
}

const dottedQuad = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** The address as an unsigned 32-bit number; undefined when `text` is not a dotted quad. */
export function tryParseIp(text: string): number | undefined {
  const bytes = dottedQuad.exec(text)?.slice(1).map(Number);
  if (!bytes || bytes.some((byte) => byte > 255)) return undefined;
  return bytes.reduce((address, byte) => address * 256 + byte, 0);
}

/** @throws MeshbedError `user/invalid-address` */
export function parseIp(text: string): number {
  const address = tryParseIp(text);
  if (address === undefined) throw new MeshbedError('user/invalid-address', `${text} is not an IPv4 address`);
  return address;
}

export function formatIp(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** The block with host bits cleared; undefined when `text` is not `a.b.c.d/0…32`. */
export function tryParseCidr(text: string): Cidr | undefined {
  const [ip = '', length = '', ...rest] = text.split('/');
  const address = tryParseIp(ip);
  const prefixLength = Number(length);
  if (address === undefined || rest.length > 0 || !/^\d{1,2}$/.test(length) || prefixLength > 32) return undefined;
  return { network: (address & mask(prefixLength)) >>> 0, prefixLength };
}

/** @throws MeshbedError `user/invalid-cidr` */
export function parseCidr(text: string): Cidr {
  const cidr = tryParseCidr(text);
  if (!cidr) throw new MeshbedError('user/invalid-cidr', `${text} is not an IPv4 block in CIDR notation`);
  return cidr;
}

export function formatCidr({ network, prefixLength }: Cidr): string {
  return `${formatIp(network)}/${prefixLength}`;
}

/** Number of addresses of the block. */
export function cidrSize({ prefixLength }: Cidr): number {
  return 2 ** (32 - prefixLength);
}

export function cidrContains(cidr: Cidr, address: number): boolean {
  return (address & mask(cidr.prefixLength)) >>> 0 === cidr.network;
}

/** `containsIp('10.0.0.0/8', '10.1.2.3')`, both as text. */
export function containsIp(cidr: string, ip: string): boolean {
  return cidrContains(parseCidr(cidr), parseIp(ip));
}

/** Whether every address of `inner` is in `outer`. */
export function cidrIncludes(outer: Cidr, inner: Cidr): boolean {
  return inner.prefixLength >= outer.prefixLength && cidrContains(outer, inner.network);
}

/** Two blocks share an address exactly when one includes the other. */
export function cidrsOverlap(a: Cidr, b: Cidr): boolean {
  return cidrIncludes(a, b) || cidrIncludes(b, a);
}

/** Shifting by 32 leaves a number as it is in JavaScript, hence the case for /0. */
function mask(prefixLength: number): number {
  return prefixLength === 0 ? 0 : (-1 << (32 - prefixLength)) >>> 0;
}
