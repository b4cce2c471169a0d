import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Authority, createKeyPair, createRsaKeyPairAside, issueAuthority, privateKeyPem } from '@meshbed/x509';
import type { CertificateFiles } from './files.ts';

const organization = 'Istio';
const validDays = { root: 3650, intermediate: 1825 } as const;

/** RSA 4096, ten years. */
export async function makeRoot(clusterName: string, nowMs: number): Promise<CertificateFiles> {
  const keys = await createRsaKeyPairAside();
  const root = new Authority({
    commonName: `Root CA of ${clusterName}`,
    organization,
    validDays: validDays.root,
    nowMs,
    keys,
  });
  return { certificatePem: root.certificatePem, privateKeyPem: privateKeyPem(keys.privateKey) };
}

/** ECDSA P-256, which signs leaves in no time; five years. */
export function makeIntermediate(
  root: Required<CertificateFiles>,
  commonName: string,
  nowMs: number,
): CertificateFiles {
  const keys = createKeyPair();
  const certificatePem = issueAuthority(
    { certificate: new X509Certificate(root.certificatePem), privateKey: createPrivateKey(root.privateKeyPem ?? '') },
    { commonName, organization, validDays: validDays.intermediate, nowMs, publicKey: keys.publicKey },
  );
  return { certificatePem, privateKeyPem: privateKeyPem(keys.privateKey) };
}
