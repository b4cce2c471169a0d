import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { Authority } from './authority.ts';
import { createKeyPair, createRsaKeyPair, privateKeyPem, publicKeyDer } from './certificate.ts';
import { loadIssuer } from './issuer.ts';

const nowMs = 1_800_000_000_000;
const leaf = () => ({
  publicKey: publicKeyDer(createKeyPair().publicKey),
  names: { uris: ['spiffe://cluster.local/ns/a/sa/b'] },
  ttlMs: 3_600_000,
  nowMs,
});

test.each([
  ['P-256', createKeyPair()],
  ['RSA', createRsaKeyPair(2048)],
] as const)('loadIssuer: leaves of a loaded %s authority verify like those of the original', (_, keys) => {
  const root = new Authority({ commonName: 'root', nowMs });
  const signing = new Authority({ commonName: 'signing', nowMs, keys }, root);
  const issuer = loadIssuer({
    certificatePem: signing.certificatePem,
    privateKeyPem: privateKeyPem(keys.privateKey),
    chainPem: signing.intermediatesPem.join(''),
    rootPem: root.rootPem,
  });
  const issued = new X509Certificate(issuer.issue(leaf()));
  const signer = new X509Certificate(signing.certificatePem);
  expect(issued.checkIssued(signer) && issued.verify(signer.publicKey)).toBe(true);
  expect(issuer.intermediatesPem).toEqual(signing.intermediatesPem);
});

test('loadIssuer: refuses a key of another certificate and a certificate that may not sign', () => {
  const keys = createKeyPair();
  const root = new Authority({ commonName: 'root', nowMs, keys });
  const files = { certificatePem: root.certificatePem, chainPem: '', rootPem: root.rootPem };
  expect(() => loadIssuer({ ...files, privateKeyPem: privateKeyPem(createKeyPair().privateKey) })).toThrow(
    'not belong',
  );
  const own = createKeyPair();
  const certificatePem = root.issue({ ...leaf(), publicKey: publicKeyDer(own.publicKey) });
  expect(() => loadIssuer({ ...files, certificatePem, privateKeyPem: privateKeyPem(own.privateKey) })).toThrow(
    'not a certificate authority',
  );
});
