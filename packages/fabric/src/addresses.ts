import { cidrContains, cidrSize, formatIp, parseCidr, parseIp } from '@meshbed/policy/network';
import { FabricError } from './errors.ts';
import type { Subnet } from './model.ts';

/** Documentation ranges (RFC 5737): they can't be mistaken for hosts that exist. */
const publicBlocks = ['203.0.113.0/24', '198.51.100.0/24', '192.0.2.0/24'];

/**
 * Hands out addresses in turn, so that one which was given back is not seen again at once: a stale endpoint then
 * fails instead of reaching a stranger.
 */
export class AddressPool {
  readonly #last = new Map<string, number>();

  /** A private address of the subnet; AWS keeps the first four and the last for itself. */
  privateIp(subnet: Subnet, used: ReadonlySet<string>): string {
    const ip = this.#next(subnet.cidr, 4, used);
    if (ip !== undefined) return ip;
    const message = `subnet ${subnet.id} (${subnet.cidr}) has no free address left`;
    throw new FabricError('InsufficientFreeAddressesInSubnet', message);
  }

  publicIp(used: ReadonlySet<string>): string {
    for (const block of publicBlocks) {
      const ip = this.#next(block, 1, used);
      if (ip !== undefined) return ip;
    }
    throw new FabricError('AddressLimitExceeded', `all public addresses (${publicBlocks.join(', ')}) are in use`);
  }

  #next(block: string, reservedFirst: number, used: ReadonlySet<string>): string | undefined {
    const cidr = parseCidr(block);
    const usable = cidrSize(cidr) - reservedFirst - 1;
    const start = this.#last.get(block) ?? -1;
    for (let step = 1; step <= usable; step++) {
      const offset = (start + step) % usable;
      const ip = formatIp(cidr.network + reservedFirst + offset);
      if (used.has(ip)) continue;
      this.#last.set(block, offset);
      return ip;
    }
    return undefined;
  }
}

/** Addresses that a subnet can still give, as DescribeSubnets reports it. */
export function freeAddressCount({ cidr }: Pick<Subnet, 'cidr'>, used: Iterable<string>): number {
  const block = parseCidr(cidr);
  const inside = [...used].filter((ip) => cidrContains(block, parseIp(ip)));
  return cidrSize(block) - 5 - inside.length;
}
