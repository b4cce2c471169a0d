import { createPublicKey, X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Authority, createKeyPair, createRequest, createRsaKeyPair, publicKeyDer, requestedKey } from './index.ts';

const nowMs = Date.UTC(2026, 0, 1);
const hourMs = 3_600_000;
const root = new Authority({ commonName: 'root', nowMs });
const keys = createKeyPair();

function leafOf(authority: Authority, ttlMs = hourMs) {
  const names = { uris: ['spiffe://cluster.local/ns/default/sa/shell'] };
  return new X509Certificate(authority.issue({ publicKey: publicKeyDer(keys.publicKey), names, ttlMs, nowMs }));
}

describe('authority', () => {
  test('issues leaves that its root verifies, through an intermediate too', () => {
    const intermediate = new Authority({ commonName: 'intermediate', nowMs }, root);
    const leaf = leafOf(intermediate);
    const middle = new X509Certificate(intermediate.certificatePem);
    expect(leaf.checkIssued(middle) && leaf.verify(middle.publicKey)).toBe(true);
    expect(middle.verify(new X509Certificate(intermediate.rootPem).publicKey)).toBe(true);
    expect(intermediate.intermediatesPem).toEqual([intermediate.certificatePem]);
  });

  test('leaves carry the names and usages istiod gives them, and no subject', () => {
    const leaf = leafOf(root);
    expect(leaf.subjectAltName).toBe('URI:spiffe://cluster.local/ns/default/sa/shell');
    expect(leaf.subject).toBeFalsy();
    expect(leaf.ca).toBe(false);
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
  });

  test('a leaf starts two minutes early and never outlives its authority', () => {
    const short = new Authority({ commonName: 'short', nowMs, validDays: 1 });
    const leaf = leafOf(short, 48 * hourMs);
    expect(leaf.validFromDate.getTime()).toBe(nowMs - 120_000);
    expect(leaf.validToDate.getTime()).toBe(nowMs + 24 * hourMs);
  });

  test('DNS names and addresses are alternative names too', () => {
    const names = { dns: ['localhost'], ips: ['127.0.0.1'] };
    const pem = root.issue({
      publicKey: publicKeyDer(keys.publicKey),
      commonName: 'server',
      names,
      ttlMs: hourMs,
      nowMs,
    });
    const certificate = new X509Certificate(pem);
    expect([certificate.checkHost('localhost'), certificate.checkIP('127.0.0.1')]).toEqual(['localhost', '127.0.0.1']);
  });

  test('RSA authorities sign as well', () => {
    const rsa = new Authority({ commonName: 'rsa', nowMs, keys: createRsaKeyPair(2048) });
    expect(leafOf(rsa).verify(new X509Certificate(rsa.certificatePem).publicKey)).toBe(true);
  });
});

describe('certificate request', () => {
  const request = createRequest(keys, { uris: ['spiffe://cluster.local/ns/evil/sa/admin'] });

  test('gives the key that signed it', () => {
    const key = createPublicKey({ key: requestedKey(request), format: 'der', type: 'spki' });
    expect(key.equals(keys.publicKey)).toBe(true);
  });

  test.each([
    ['not PEM', 'hello', 'not a certificate request in PEM'],
    ['truncated', request.replace(/\n[^\n]+\n-----END/, '\n-----END'), 'DER'],
    ['signed by another key', forge(), 'not signed by its own key'],
  ])('refused when %s', (_, pem, reason) => expect(() => requestedKey(pem)).toThrow(reason));

  test('property: arbitrary bytes never give a key', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const base64 = Buffer.from(bytes).toString('base64');
        const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${base64}\n-----END CERTIFICATE REQUEST-----`;
        expect(() => requestedKey(pem)).toThrow(Error);
      }),
    );
  });

  function forge(): string {
    const other = publicKeyDer(createKeyPair().publicKey).subarray(-64);
    const der = Buffer.from(request.split('\n').slice(1, -2).join(''), 'base64');
    const at = der.indexOf(publicKeyDer(keys.publicKey).subarray(-64));
    other.copy(der, at);
    return `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----`;
  }
});
