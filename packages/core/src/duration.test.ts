import { expect, test } from 'vitest';
import { duration } from './duration.ts';

test.each([
  [49, '0.0 s'],
  [1250, '1.3 s'],
  [61_000, '1 min 01 s'],
  [840_000, '14 min 00 s'],
])('duration: %i', (ms, expected) => {
  expect(duration(ms)).toBe(expected);
});
