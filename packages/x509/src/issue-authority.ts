import type { KeyObject, X509Certificate } from 'node:crypto';
import { distinguishedName, publicKeyDer, signCertificate } from './certificate.ts';
import { toPem } from './der.ts';
import { backdateMs, dayMs } from './authority.ts';
import { identify } from './issuer.ts';

export interface IntermediateOptions {
  commonName: string;
  organization: string;
  validDays: number;
  nowMs: number;
  publicKey: KeyObject;
}

/** An intermediate, in PEM, below an authority that was made elsewhere; its life ends with the issuer's at the latest. */
export function issueAuthority(
  issuer: { certificate: X509Certificate; privateKey: KeyObject },
  { commonName, organization, validDays, nowMs, publicKey }: IntermediateOptions,
): string {
  const { subject, keyId } = identify(issuer.certificate);
  const wantedMs = nowMs + validDays * dayMs;
  const certificate = signCertificate({
    issuer: subject,
    issuerKey: issuer.privateKey,
    issuerKeyId: keyId,
    subject: distinguishedName(commonName, organization),
    publicKey: publicKeyDer(publicKey),
    notBefore: new Date(nowMs - backdateMs),
    notAfter: new Date(Math.min(wantedMs, issuer.certificate.validToDate.getTime())),
    isAuthority: true,
  });
  return toPem('CERTIFICATE', certificate);
}
