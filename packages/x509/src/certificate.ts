import { createHash, generateKeyPair, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { bitString, explicit, implicit, integer, octets, oid, sequence, set, time, truth, utf8 } from './der.ts';

export interface KeyPair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

/** ECDSA P-256, as istiod and ztunnel use. */
export const createKeyPair = (): KeyPair => generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const createRsaKeyPair = (bits = 4096): KeyPair => generateKeyPairSync('rsa', { modulusLength: bits });

/** Takes a second or more, on a thread of its own. */
export const createRsaKeyPairAside = (bits = 4096): Promise<KeyPair> =>
  new Promise((resolve, reject) => {
    generateKeyPair('rsa', { modulusLength: bits }, (error, publicKey, privateKey) =>
      error ? reject(error) : resolve({ publicKey, privateKey }),
    );
  });

export const privateKeyPem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }) as string;
export const publicKeyDer = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

export interface SubjectAltNames {
  uris?: readonly string[];
  dns?: readonly string[];
  /** IPv4 only. */
  ips?: readonly string[];
}

export interface CertificateFields {
  issuer: Buffer;
  issuerKey: KeyObject;
  issuerKeyId: Buffer;
  /** An empty subject makes the alternative names critical (RFC 5280, 4.2.1.6). */
  subject?: Buffer;
  publicKey: Buffer;
  names?: SubjectAltNames;
  notBefore: Date;
  notAfter: Date;
  isAuthority?: boolean;
}

export const keyIdOf = (publicKey: Buffer): Buffer => createHash('sha1').update(publicKey).digest();

export function distinguishedName(commonName: string, organization?: string): Buffer {
  const attribute = (id: string, value: string) => set(sequence(oid(id), utf8(value)));
  const parts = organization === undefined ? [] : [attribute('2.5.4.10', organization)];
  return sequence(...parts, attribute('2.5.4.3', commonName));
}

const extension = (id: string, critical: boolean, value: Uint8Array) =>
  sequence(oid(id), ...(critical ? [truth] : []), octets(value));

const authorityExtensions = (publicKey: Buffer) => [
  extension('2.5.29.15', true, Buffer.from([0x03, 0x02, 0x01, 0x06])), // keyCertSign, cRLSign
  extension('2.5.29.19', true, sequence(truth)),
  extension('2.5.29.14', false, octets(keyIdOf(publicKey))),
];

/** digitalSignature + keyEncipherment, server and client authentication: what istiod puts into workload leaves. */
const leafExtensions = () => [
  extension('2.5.29.15', true, Buffer.from([0x03, 0x02, 0x05, 0xa0])),
  extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'))),
  extension('2.5.29.19', true, sequence()),
];

export function altNamesExtension({ uris = [], dns = [], ips = [] }: SubjectAltNames, critical: boolean): Buffer {
  return extension(
    '2.5.29.17',
    critical,
    sequence(
      ...uris.map((uri) => implicit(6, Buffer.from(uri))),
      ...dns.map((name) => implicit(2, Buffer.from(name))),
      ...ips.filter(isIPv4).map((ip) => implicit(7, Buffer.from(ip.split('.').map(Number)))),
    ),
  );
}

const signatureAlgorithm = (key: KeyObject) =>
  key.asymmetricKeyType === 'rsa'
    ? sequence(oid('1.2.840.113549.1.1.11'), Buffer.from([0x05, 0x00]))
    : sequence(oid('1.2.840.10045.4.3.2'));

/** A signed X.509 v3 certificate in DER. */
export function signCertificate(fields: CertificateFields): Buffer {
  const { names, publicKey, issuerKey } = fields;
  const hasNames = (names?.uris?.length ?? 0) + (names?.dns?.length ?? 0) + (names?.ips?.length ?? 0) > 0;
  const algorithm = signatureAlgorithm(issuerKey);
  const version3 = explicit(0, Buffer.from([0x02, 0x01, 0x02]));
  const unsigned = sequence(
    version3,
    integer(serialNumber()),
    algorithm,
    fields.issuer,
    sequence(time(fields.notBefore), time(fields.notAfter)),
    fields.subject ?? sequence(),
    publicKey,
    explicit(
      3,
      sequence(
        ...(fields.isAuthority ? authorityExtensions(publicKey) : leafExtensions()),
        extension('2.5.29.35', false, sequence(implicit(0, fields.issuerKeyId))),
        ...(names && hasNames ? [altNamesExtension(names, fields.subject === undefined)] : []),
      ),
    ),
  );
  return sequence(unsigned, algorithm, bitString(sign('sha256', unsigned, issuerKey)));
}

/** 16 bytes, positive, without a leading zero. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x01;
  return bytes;
}
