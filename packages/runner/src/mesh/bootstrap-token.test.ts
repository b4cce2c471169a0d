import { expect, test } from 'vitest';
import { bootstrapFacts, staleBootstrap } from './bootstrap-token.ts';

const definitionWith = (value: string) => ({
  containerDefinitions: [{ name: 'ztunnel', environment: [{ name: 'BOOTSTRAP_TOKEN', value }] }],
});
const token = Buffer.from(JSON.stringify({ istiodAddress: 'a:15012', rootCertificate: 'PEM\n' })).toString('base64');

test.each([
  [token, { istiodAddress: 'a:15012' }],
  ['of another kind', {}],
  ['', {}],
])('bootstrap token: of %j is read what can be', (value, facts) => {
  expect(bootstrapFacts(definitionWith(value))).toMatchObject(facts);
});

test.each([
  [{ istiodAddress: 'a:15012', rootCertificate: 'PEM' }, undefined],
  [{ istiodAddress: 'b:15012', rootCertificate: 'PEM' }, /which is at b:15012 now/],
  [{ istiodAddress: 'a:15012', rootCertificate: 'OTHER' }, /another root certificate/],
  [{}, undefined],
])('bootstrap token: of an istiod with %j', (now, reason) => {
  const found = staleBootstrap(bootstrapFacts(definitionWith(token)), now);
  expect(found ?? '').toMatch(reason ?? /^$/);
});
