import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { CertificateFiles } from './files.ts';

const dayMs = 86_400_000;
/** What expires sooner is replaced: a run must not end with an authority that is about to end. */
export const spareMs: number = 30 * dayMs;

/** Why the root can't serve, in words; undefined when it can. Without its key it can, as long as nothing is to be signed. */
export const rootProblem = (root: CertificateFiles, nowMs: number): string | undefined =>
  readable(root, (certificate) => {
    if (!certificate.checkIssued(certificate) || !certificate.verify(certificate.publicKey)) return 'it is no root';
    return authorityProblem(certificate, root, nowMs);
  });

/** Why the intermediate can't serve below `root`, in words. */
export const intermediateProblem = (
  intermediate: CertificateFiles,
  root: CertificateFiles,
  nowMs: number,
): string | undefined =>
  readable(intermediate, (certificate) => {
    const issuer = new X509Certificate(root.certificatePem);
    if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) return 'the root has not signed it';
    if (intermediate.privateKeyPem === undefined) return 'its private key is missing';
    return authorityProblem(certificate, intermediate, nowMs);
  });

function authorityProblem(
  certificate: X509Certificate,
  { privateKeyPem }: CertificateFiles,
  nowMs: number,
): string | undefined {
  if (!certificate.ca) return 'it may not sign';
  if (privateKeyPem !== undefined && !certificate.checkPrivateKey(createPrivateKey(privateKeyPem)))
    return 'the private key beside it belongs to another certificate';
  if (certificate.validFromDate.getTime() > nowMs) return `it is not valid before ${certificate.validFrom}`;
  const leftMs = certificate.validToDate.getTime() - nowMs;
  if (leftMs <= 0) return `it expired on ${certificate.validTo}`;
  return leftMs < spareMs ? `it expires on ${certificate.validTo}` : undefined;
}

/** Files that somebody else wrote may be anything. */
function readable(
  { certificatePem }: CertificateFiles,
  check: (certificate: X509Certificate) => string | undefined,
): string | undefined {
  try {
    return check(new X509Certificate(certificatePem));
  } catch {
    return 'it can’t be read';
  }
}
