/** Virtual addresses for the hosts of service entries that have none of their own. Pure. */
import { isIPv4 } from 'node:net';
import { keyOf } from '@meshbed/kube-client';
import type { ServiceEntry } from '../objects.ts';

export interface HostAddress {
  value: string;
  host: string;
}

export interface Assignment {
  entry: ServiceEntry;
  /** What `status.addresses` is to be. */
  addresses: HostAddress[];
}

/** 240.240.0.0/16 and 2001:2::/48, of which one index gives one address each. */
export const pools: { size: number; v4: (index: number) => string; v6: (index: number) => string } = {
  size: 2 ** 16,
  v4: (index: number) => `240.240.${index >> 8}.${index & 0xff}`,
  v6: (index: number) => `2001:2::${index.toString(16)}`,
};
const inPool = (ip: string) => ip.startsWith(isIPv4(ip) ? '240.240.' : '2001:2:');

const optOutLabel = 'networking.istio.io/enable-autoallocate-ip';

function wantsAddresses({ metadata, spec }: ServiceEntry): boolean {
  const { resolution = 'NONE', addresses = [] } = spec;
  return resolution !== 'NONE' && addresses.length === 0 && metadata.labels?.[optOutLabel] !== 'false';
}

const hostsOf = (entry: ServiceEntry) =>
  wantsAddresses(entry) ? entry.spec.hosts.filter((host) => !host.includes('*')) : [];

const byAge = (a: ServiceEntry, b: ServiceEntry) => ageKey(a).localeCompare(ageKey(b));
const ageKey = (entry: ServiceEntry) => `${entry.metadata.creationTimestamp ?? ''} ${keyOf(entry)}`;

/**
 * One IPv4 and one IPv6 address per host. An address once given stays; when two entries claim one, the older keeps it, and
 * one that a user has written into a spec is nobody else's. Returns only entries whose status has to change.
 */
export function allocate(entries: Iterable<ServiceEntry>): { assignments: Assignment[]; exhausted: string[] } {
  const ordered = [...entries].toSorted(byAge);
  const taken = new Set(ordered.flatMap(({ spec }) => spec.addresses ?? []));
  const kept = new Map(ordered.map((entry) => [entry, keptBy(entry, taken)]));
  const free = freeIndexes(taken);
  const exhausted: string[] = [];
  const assignments = ordered.flatMap((entry) => {
    const addresses = hostsOf(entry).flatMap((host) => {
      const own = (kept.get(entry) ?? []).filter((address) => address.host === host);
      const completed = complete(host, own, free);
      if (completed.length < 2) exhausted.push(`${keyOf(entry)} ${host}`);
      return completed;
    });
    return same(entry.status?.addresses ?? [], addresses) ? [] : [{ entry, addresses }];
  });
  return { assignments, exhausted };
}

/** The addresses in an entry's status that it may keep; they are taken then. */
function keptBy(entry: ServiceEntry, taken: Set<string>): HostAddress[] {
  const hosts = hostsOf(entry);
  const kept: HostAddress[] = [];
  for (const { value, host = hosts[0] ?? '' } of entry.status?.addresses ?? []) {
    const first = !kept.some((other) => other.host === host && isIPv4(other.value) === isIPv4(value));
    if (!hosts.includes(host) || !first || !inPool(value) || taken.has(value)) continue;
    taken.add(value);
    kept.push({ value, host });
  }
  return kept;
}

type Family = 'v4' | 'v6';

/** Gives the lowest free address of a family, each once; 0 is the network's own. */
function freeIndexes(taken: Set<string>): (family: Family) => string | undefined {
  const next = { v4: 1, v6: 1 };
  return (family) => {
    while (next[family] < pools.size) {
      const address = pools[family](next[family]++);
      if (!taken.has(address)) {
        taken.add(address);
        return address;
      }
    }
    return undefined;
  };
}

function complete(
  host: string,
  own: readonly HostAddress[],
  free: (family: Family) => string | undefined,
): HostAddress[] {
  return (['v4', 'v6'] as const).flatMap((family) => {
    const value = own.find((address) => isIPv4(address.value) === (family === 'v4'))?.value ?? free(family);
    return value === undefined ? [] : [{ value, host }];
  });
}

const same = (a: readonly { value: string; host?: string }[], b: readonly HostAddress[]) =>
  a.length === b.length && a.every(({ value, host }, index) => value === b[index]?.value && host === b[index]?.host);
