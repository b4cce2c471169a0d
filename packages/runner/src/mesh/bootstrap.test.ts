import { expect, test } from 'vitest';
import { bootstrapOf, staleBootstrap } from './bootstrap.ts';

const pem = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
const container = (value: string) => ({ name: 'ztunnel', environment: [{ name: 'BOOTSTRAP_TOKEN', value }] });
const told = { istiodAddress: 'a:15012', rootCertificate: pem('one') };
const token = Buffer.from(JSON.stringify(told)).toString('base64');

test.each([
  [token, told],
  ['of another kind', {}],
  ['', {}],
])('bootstrap: of %j is read what can be', (value, facts) => {
  expect(bootstrapOf(container(value))).toEqual(facts);
});

test.each([
  [told, /^$/],
  [{ istiodAddress: 'b:15012', rootCertificate: pem('one') }, /at a:15012, and it is at b:15012/],
  [{ istiodAddress: 'a:15012', rootCertificate: pem('two') }, /another root certificate/],
  [{ istiodAddress: 'a:15012', rootCertificate: pem('two') + pem('one') }, /^$/],
  [{}, /^$/],
])('bootstrap: for an istiod with %j', (now, reason) => {
  expect(staleBootstrap(told, now) ?? '').toMatch(reason);
});
