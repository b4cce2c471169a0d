import { array, assert, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as cidr from './cidr.ts';
import { longestPrefixMatch } from './longest-prefix.ts';

const address = integer({ min: 0, max: 2 ** 32 - 1 });
const block = record({ address, prefixLength: integer({ min: 0, max: 32 }) }).map(({ address: at, prefixLength }) => {
  return cidr.parseCidr(`${cidr.formatIp(at)}/${prefixLength}`);
});
/** The first and last address of a block, computed without bit operations. */
const range = (of: cidr.Cidr) => [of.network, of.network + cidr.cidrSize(of) - 1] as const;

describe('parse', () => {
  test.each(['', '1.2.3', '1.2.3.4.5', '256.0.0.1', '1.2.3.-4', 'a.b.c.d', '::1'])('%j: not an address', (text) => {
    expect(() => cidr.parseIp(text)).toThrow(`${text} is not an IPv4 address`);
  });
  test.each(['1.2.3.4', '1.2.3.4/33', '1.2.3.4/', '1.2.3.4/a', '1.2.3.4/8/8', '300.0.0.0/8'])(
    '%j: not a block',
    (text) => {
      expect(() => cidr.parseCidr(text)).toThrow('is not an IPv4 block');
    },
  );
  test('host bits: cleared', () => expect(cidr.formatCidr(cidr.parseCidr('10.1.2.3/16'))).toBe('10.1.0.0/16'));
  test('address: format and parse are inverse', () => {
    assert(
      property(address, (at) => {
        expect(cidr.parseIp(cidr.formatIp(at))).toBe(at);
      }),
    );
  });
  test('block: format and parse are inverse', () => {
    assert(
      property(block, (of) => {
        expect(cidr.parseCidr(cidr.formatCidr(of))).toEqual(of);
      }),
    );
  });
});

describe('relations', () => {
  test('contains: exactly the addresses from first to last', () => {
    assert(
      property(block, address, (of, at) => {
        const [first, last] = range(of);
        expect(cidr.cidrContains(of, at)).toBe(at >= first && at <= last);
        expect([first, last].every((edge) => cidr.cidrContains(of, edge))).toBe(true);
      }),
    );
  });
  test('overlap: exactly when the ranges do', () => {
    assert(
      property(block, block, (a, b) => {
        const [[aFirst, aLast], [bFirst, bLast]] = [range(a), range(b)];
        expect(cidr.cidrsOverlap(a, b)).toBe(aFirst <= bLast && bFirst <= aLast);
      }),
    );
  });
  test.each([
    { cidrText: '0.0.0.0/0', ip: '255.255.255.255', inside: true },
    { cidrText: '10.0.0.0/8', ip: '10.255.0.1', inside: true },
    { cidrText: '10.0.0.0/8', ip: '11.0.0.0', inside: false },
    { cidrText: '192.0.2.7/32', ip: '192.0.2.7', inside: true },
    { cidrText: '192.0.2.7/32', ip: '192.0.2.8', inside: false },
  ])('$cidrText contains $ip: $inside', ({ cidrText, ip, inside }) => {
    expect(cidr.containsIp(cidrText, ip)).toBe(inside);
  });
});

describe('longest prefix match', () => {
  test('finds: a route that contains the address, and no longer one does', () => {
    assert(
      property(array(block, { maxLength: 30 }), address, (blocks, at) => {
        const routes = blocks.map((of) => ({ destination: cidr.formatCidr(of) }));
        const found = longestPrefixMatch(routes, cidr.formatIp(at));
        const lengths = blocks.filter((of) => cidr.cidrContains(of, at)).map(({ prefixLength }) => prefixLength);
        expect(found && cidr.parseCidr(found.destination).prefixLength).toBe(
          lengths.length > 0 ? Math.max(...lengths) : undefined,
        );
        expect(found === undefined || cidr.containsIp(found.destination, cidr.formatIp(at))).toBe(true);
      }),
    );
  });
});
