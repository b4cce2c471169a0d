import { BlockList, isIP } from 'node:net';
import type { AddressMatch } from './authorization.ts';

/** An IPv4 address inside IPv6 (`::ffff:10.0.0.1`) counts as IPv4. */
const canonical = (ip: string) => ip.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
const family = (ip: string) => (isIP(ip) === 6 ? 'ipv6' : 'ipv4');

/** An unparsable address or an impossible length. */
export function isAddressMatch({ address, length }: AddressMatch): boolean {
  const version = isIP(address);
  return version !== 0 && Number.isInteger(length) && length >= 0 && length <= (version === 4 ? 32 : 128);
}

export function addressMatches({ address, length }: AddressMatch, ip: string): boolean {
  const block = new BlockList();
  block.addSubnet(address, length, family(address));
  const actual = canonical(ip);
  return family(actual) === family(address) && block.check(actual, family(actual));
}

/** `10.0.0.0/8`, or a single address; undefined when it is neither. */
export function readAddressMatch(text: string): AddressMatch | undefined {
  const [address = '', length, ...rest] = text.split('/');
  if (rest.length > 0 || (length !== undefined && !/^\d+$/.test(length))) return undefined;
  const match = { address, length: Number(length ?? (isIP(address) === 6 ? 128 : 32)) };
  return isAddressMatch(match) ? match : undefined;
}
