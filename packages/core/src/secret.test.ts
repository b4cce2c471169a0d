import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { redact, redactDeep, Secret } from './secret.ts';

const value = 'planted"key/with+signs';
const secret = new Secret(value);

test.each([
  ['string', String(secret)],
  ['JSON', JSON.stringify({ secret })],
])('secret: shows itself redacted as %s', (_as, shown) => {
  expect(shown).toContain('[redacted]');
  expect(shown).not.toContain('planted');
});

test('secret: is no part of what the console shows', () => {
  expect(inspect({ secret }, { depth: 9, showHidden: true })).not.toContain('planted');
});

test.each([
  ['plain', value],
  ['base64', Buffer.from(value).toString('base64')],
  ['URL', encodeURIComponent(value)],
  ['JSON', JSON.stringify(value)],
])('redact: removes its %s form', (_form, text) => {
  expect(redact(`before ${text} after`)).toMatch(/^before "?\[redacted\]"? after$/);
});

test('redact: in data, names included, and nothing else changes', () => {
  const data = { list: [1, null, `x${value}`], [value]: true, at: { deep: 'untouched' } };
  expect(redactDeep(data)).toEqual({ list: [1, null, 'x[redacted]'], '[redacted]': true, at: { deep: 'untouched' } });
});

test('secret: reveals itself to who asks', () => {
  expect(secret.reveal()).toBe(value);
});
