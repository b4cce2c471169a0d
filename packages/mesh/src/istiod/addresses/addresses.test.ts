import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ServiceEntry } from '../objects.ts';
import { allocate, type HostAddress } from './allocate.ts';
import { addressBytes } from './bytes.ts';

const entry = (
  name: string,
  change: Partial<ServiceEntry['spec']> = {},
  status: HostAddress[] = [],
  createdAt = 0,
): ServiceEntry => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'ServiceEntry',
  metadata: { name, namespace: 'ns', creationTimestamp: new Date(createdAt).toISOString() },
  spec: { hosts: [`${name}.ecs.local`], resolution: 'STATIC', ...change },
  status: { addresses: status },
});

/** What the controller does: writes the assignments into the entries. */
function applied(entries: ServiceEntry[]): ServiceEntry[] {
  const { assignments } = allocate(entries);
  return entries.map((each) => {
    const found = assignments.find((assignment) => assignment.entry === each);
    return found ? { ...each, status: { addresses: found.addresses } } : each;
  });
}
const statusOf = ({ status }: ServiceEntry) => status?.addresses?.map(({ value }) => value) ?? [];

test('allocate: one IPv4 and one IPv6 per host, from the start of the pools', () => {
  const { assignments } = allocate([entry('a', {}, [], 1), entry('b', { hosts: ['b', 'c'] }, [], 2)]);
  expect(assignments.map(({ addresses }) => addresses)).toEqual([
    [
      { value: '240.240.0.1', host: 'a.ecs.local' },
      { value: '2001:2::1', host: 'a.ecs.local' },
    ],
    [
      { value: '240.240.0.2', host: 'b' },
      { value: '2001:2::2', host: 'b' },
      { value: '240.240.0.3', host: 'c' },
      { value: '2001:2::3', host: 'c' },
    ],
  ]);
});

test.each([
  ['resolution NONE', { resolution: 'NONE' as const }],
  ['no resolution', { resolution: undefined as never }],
  ['addresses of its own', { addresses: ['10.0.0.1'] }],
  ['a wildcard host', { hosts: ['*.example'] }],
])('allocate: nothing for an entry with %s, and what it had is cleared', (_, change) => {
  expect(allocate([entry('a', change)]).assignments).toEqual([]);
  const before = [{ value: '240.240.0.1', host: 'a.ecs.local' }];
  expect(allocate([entry('a', change, before)]).assignments.map(({ addresses }) => addresses)).toEqual([[]]);
});

test('allocate: opting out by label', () => {
  const optedOut = entry('a');
  optedOut.metadata.labels = { 'networking.istio.io/enable-autoallocate-ip': 'false' };
  expect(allocate([optedOut]).assignments).toEqual([]);
});

test("allocate: in a conflict the older keeps its address, and one from a spec is nobody else's", () => {
  const claim = (host: string) => [
    { value: '240.240.0.7', host },
    { value: '2001:2::7', host },
  ];
  const entries = [
    entry('young', {}, claim('young.ecs.local'), 2),
    entry('old', {}, claim('old.ecs.local'), 1),
    entry('user', { addresses: ['240.240.0.1'] }),
  ];
  const [young, old] = applied(entries).map(statusOf);
  expect(old).toEqual(['240.240.0.7', '2001:2::7']);
  expect(young).toEqual(['240.240.0.2', '2001:2::1']);
});

test('allocate: never two hosts with one address, stable while entries come and go', () => {
  const change = fc.record({
    name: fc.integer({ min: 0, max: 30 }),
    remove: fc.boolean(),
    hosts: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      let entries: ServiceEntry[] = [];
      for (const [at, { name, remove, hosts }] of changes.entries()) {
        const before = new Map(entries.map((each) => [each.metadata.name, statusOf(each)]));
        entries = entries.filter((each) => each.metadata.name !== `e${name}`);
        const names = Array.from({ length: hosts }, (_, index) => `h${index}.e${name}`);
        if (!remove) entries.push(entry(`e${name}`, { hosts: names }, [], at));
        entries = applied(entries);
        const all = entries.flatMap(statusOf);
        expect(new Set(all).size).toBe(all.length);
        expect(all.length).toBe(entries.reduce((sum, each) => sum + 2 * each.spec.hosts.length, 0));
        for (const each of entries) {
          const old = before.get(each.metadata.name);
          const untouched = each.metadata.name !== `e${name}`;
          expect(statusOf(each)).toEqual(untouched && old ? old : statusOf(each));
        }
        expect(allocate(entries).assignments).toEqual([]);
      }
    }),
    { numRuns: 50 },
  );
});

test.each([
  ['10.0.0.1', [10, 0, 0, 1]],
  ['::ffff:10.0.0.1', [10, 0, 0, 1]],
  ['2001:2::ff01', [0x20, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 1]],
  ['::1', [...Array.from({ length: 15 }, () => 0), 1]],
  ['64:ff9b::10.0.0.1', [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1]],
  ['1:2:3:4:5:6:7:8', [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]],
])('addressBytes: %s', (text, bytes) => expect([...addressBytes(text)]).toEqual(bytes));

test('addressBytes: says what is no address', () => expect(() => addressBytes('x')).toThrow('"x"'));
