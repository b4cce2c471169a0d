import { expect, test } from 'vitest';
import { nearest, suggestion } from './suggestion.ts';

const keys = ['CLUSTER_NAME', 'OWNER_NAME', 'NODE_TYPE', 'HUB'];

test.each([
  ['CLUSTR_NAME', 'CLUSTER_NAME'],
  ['cluster-name', 'CLUSTER_NAME'],
  ['OWNER_NAEM', 'OWNER_NAME'],
  ['HBU', 'HUB'],
  ['COMPLETELY_DIFFERENT', undefined],
  ['', undefined],
])('nearest: %s → %s', (word, expected) => {
  expect(nearest(word, keys)).toBe(expected);
});

test('suggestion: words for a person, or nothing', () => {
  expect(suggestion('HUBS', keys)).toBe('did you mean HUB?');
  expect(suggestion('xyz', keys)).toBe('');
});
