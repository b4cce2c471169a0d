import { expect, test } from 'vitest';
import { parseDuration } from './duration.ts';

test.each([
  ['500ms', 500],
  ['1.5s', 1500],
  ['10m', 600_000],
  ['10m0s', 600_000],
  ['1h1m1s', 3_661_000],
])('duration: %s', (text, expected) => expect(parseDuration('WAIT', text)).toBe(expected));

test.each(['', '10', 'm', '1d', '1m-1s'])('duration: %j is refused', (text) => {
  expect(() => parseDuration('WAIT', text)).toThrow(`WAIT: "${text}" is not a duration`);
});
