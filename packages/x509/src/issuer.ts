import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type Issuer, issueLeaf } from './authority.ts';
import { keyIdOf, publicKeyDer } from './certificate.ts';
import { children, type DerNode, oid, read } from './der.ts';

export interface IssuerFiles {
  /** The signing certificate. */
  certificatePem: string;
  privateKeyPem: string;
  /** Certificates between the signing one (included) and the root, leaf side first; empty when it is the root. */
  chainPem: string;
  /** One or more roots. */
  rootPem: string;
}

export const splitPem = (bundle: string): string[] =>
  bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g) ?? [];

/**
 * An authority that was made elsewhere (secret `cacerts`) or earlier (secret `istio-ca-secret`).
 * @throws Error when the key is not the certificate's, or the certificate may not sign.
 */
export function loadIssuer({ certificatePem, privateKeyPem, chainPem, rootPem }: IssuerFiles): Issuer {
  const certificate = new X509Certificate(certificatePem);
  const privateKey = createPrivateKey(privateKeyPem);
  if (!certificate.checkPrivateKey(privateKey)) throw new Error('the private key does not belong to the certificate');
  if (!certificate.ca) throw new Error(`${certificate.subject}: not a certificate authority`);
  if (splitPem(rootPem).length === 0) throw new Error('the root bundle holds no certificate');
  const { subject, keyId } = identify(certificate);
  const notAfterMs = certificate.validToDate.getTime();
  return {
    issue: (leaf) => issueLeaf({ subject, keyId, privateKey, notAfterMs }, leaf),
    rootPem,
    intermediatesPem: splitPem(chainPem).filter((pem) => !isRoot(pem)),
    notAfterMs,
  };
}

/** A root in the chain is of no use to peers: they trust it already or never will. */
const isRoot = (pem: string) => {
  const certificate = new X509Certificate(pem);
  return certificate.checkIssued(certificate);
};

const subjectKeyIdentifier = oid('2.5.29.14');

/** Subject and key identifier byte for byte: peers compare them when they build the chain (RFC 5280, 4.2.1.1). */
export function identify(certificate: X509Certificate): { subject: Buffer; keyId: Buffer } {
  const [unsigned] = children(read(certificate.raw));
  const fields = unsigned ? children(unsigned) : [];
  // version, serial number, algorithm, issuer, validity, subject, key, extensions
  const subject = fields[5];
  if (!subject) throw new Error('not a version 3 certificate');
  const extensions = fields.find(({ tag }) => tag === 0xa3);
  return {
    subject: Buffer.from(subject.whole),
    keyId: (extensions && keyIdentifier(extensions)) ?? keyIdOf(publicKeyDer(certificate.publicKey)),
  };
}

function keyIdentifier(extensions: DerNode): Buffer | undefined {
  const [list] = children(extensions);
  const found = (list ? children(list) : []).find((each) => children(each)[0]?.whole.equals(subjectKeyIdentifier));
  const value = found && children(found).at(-1);
  return value && Buffer.from(read(value.body).body);
}
