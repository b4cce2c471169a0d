import { expect, test } from 'vitest';
import { fromLibrary, toLibrary } from './library-names.ts';

test('names: extensions of a schema survive the library, everything else stays', () => {
  const at = new Date(0);
  const written = { a: [{ 'x-kubernetes-preserve-unknown-fields': true, b_c: { 'd-e': at } }], n: null };
  const sent = toLibrary(written);
  expect(sent).toEqual({ a: [{ x_kubernetes_preserve_unknown_fields: true, b_c: { 'd-e': at } }], n: null });
  expect(fromLibrary(sent)).toEqual(written);
});
