import { createPublicKey, sign, verify } from 'node:crypto';
import { altNamesExtension, type KeyPair, publicKeyDer, type SubjectAltNames } from './certificate.ts';
import { bitString, children, explicit, oid, read, sequence, set, tag, toPem } from './der.ts';

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
const extensionRequest = oid('1.2.840.113549.1.9.14');

/** A PKCS#10 request as ztunnel sends it: P-256, empty subject, the names in an extensionRequest attribute. */
export function createRequest(keys: KeyPair, names: SubjectAltNames): string {
  const info = sequence(
    Buffer.from([0x02, 0x01, 0x00]),
    sequence(),
    publicKeyDer(keys.publicKey),
    explicit(0, sequence(extensionRequest, set(sequence(altNamesExtension(names, true))))),
  );
  return toPem(
    'CERTIFICATE REQUEST',
    sequence(info, ecdsaWithSha256, bitString(sign('sha256', info, keys.privateKey))),
  );
}

const hashOfAlgorithm = new Map([
  [ecdsaWithSha256.toString('hex'), 'sha256'],
  [sequence(oid('1.2.840.10045.4.3.3')).toString('hex'), 'sha384'],
  [sequence(oid('1.2.840.113549.1.1.11'), Buffer.from([0x05, 0x00])).toString('hex'), 'sha256'],
]);

/**
 * The public key (SPKI, DER) of a request that is signed by its own key. Subject and names are not even read: who asks is
 * decided by how the caller authenticated, never by what the request says.
 * @throws Error when it is no PKCS#10 request in PEM, or not signed by its own key.
 */
export function requestedKey(pem: string): Buffer {
  const base64 = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END/.exec(pem)?.[1];
  if (base64 === undefined) throw new Error('not a certificate request in PEM');
  const [info, algorithm, signature] = children(read(Buffer.from(base64, 'base64')));
  const publicKey = info && children(info)[2]?.whole;
  const hash = hashOfAlgorithm.get(algorithm?.whole.toString('hex') ?? '');
  if (!info || !publicKey || !hash || signature?.tag !== tag.bits) throw new Error('unsupported certificate request');
  const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
  if (!verify(hash, info.whole, key, signature.body.subarray(1))) {
    throw new Error('the certificate request is not signed by its own key');
  }
  return Buffer.from(publicKey);
}
