import { expect, test } from 'vitest';
import { contains, nameOf } from './manifest.ts';

test.each([
  ['a server default', { a: 1, status: {} }, { a: 1 }, true],
  ['another value', { a: 1 }, { a: 2 }, false],
  ['an empty spec', {}, { spec: {} }, true],
  ['nested', { a: { b: [{ c: 1, d: 2 }] } }, { a: { b: [{ c: 1 }] } }, true],
  ['a longer list', { a: [1, 2] }, { a: [1] }, false],
  ['an absent list', {}, { a: [] }, true],
  ['nothing there', undefined, { a: 1 }, false],
])('contains: %s', (_name, live, wanted, expected) => {
  expect(contains(live, wanted)).toBe(expected);
});

test('name: with and without namespace', () => {
  expect(nameOf({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'n' } })).toBe('Pod n/a');
  expect(nameOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'n' } })).toBe('Namespace n');
});
