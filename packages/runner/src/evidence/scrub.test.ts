import { Secret } from '@meshbed/core';
import { expect, test } from 'vitest';
import { scrub, scrubText } from './scrub.ts';

new Secret('planted-in-evidence');

test.each([
  ['a known secret', 'key=planted-in-evidence;', 'key=[redacted];'],
  ['a private key', 'x -----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIVATE KEY----- y', 'x [redacted] y'],
  ['a JSON web token', 'got eyJhbGciOiJSUzI1.eyJpc3MiOiJrdWJl.c2lnbmF0dXJl from', 'got [redacted] from'],
  ['an EKS token', 'k8s-aws-v1.aHR0cHM6Ly9zdHM', '[redacted]'],
  ['an access key', 'user AKIAIOSFODNN7EXAMPLE did', 'user [redacted] did'],
  [
    'a signed URL',
    'https://sts/?X-Amz-Date=1&X-Amz-Signature=0a1b2c&x=1',
    'https://sts/?X-Amz-Date=1&X-Amz-Signature=[redacted]&x=1',
  ],
  ['a header', 'authorization: Bearer abcdefgh.ij', 'authorization: Bearer [redacted]'],
  ['a certificate, which everybody may see', '-----BEGIN CERTIFICATE-----', '-----BEGIN CERTIFICATE-----'],
])('scrub: %s', (_what, text, shown) => {
  expect(scrubText(text)).toBe(shown);
});

test('scrub: variables and fields with the name of a secret, whatever their value', () => {
  const environment = [
    { name: 'BOOTSTRAP_TOKEN', value: 'abc' },
    { name: 'PORT', value: '8080' },
  ];
  expect(scrub({ environment, password: 'x', secretName: 'cacerts', tokens: 2, managedFields: [1] })).toEqual({
    environment: [
      { name: 'BOOTSTRAP_TOKEN', value: '[redacted]' },
      { name: 'PORT', value: '8080' },
    ],
    password: '[redacted]',
    secretName: 'cacerts',
    tokens: 2,
  });
});
