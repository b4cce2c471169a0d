/** SPIFFE identities of workloads (https://spiffe.io, Istio's `/ns/…/sa/…` form). */
import type { X509Certificate } from 'node:crypto';
import { alternativeNames } from './alternative-names.ts';

export interface SpiffeIdentity {
  trustDomain: string;
  namespace: string;
  serviceAccount: string;
}

const spiffe = /^spiffe:\/\/([A-Za-z0-9._-]+)\/ns\/([A-Za-z0-9._-]+)\/sa\/([A-Za-z0-9._-]+)$/;

/** `spiffe://<trust domain>/ns/<namespace>/sa/<service account>`; undefined for anything else. */
export function parseIdentity(uri: string): SpiffeIdentity | undefined {
  const [, trustDomain, namespace, serviceAccount] = spiffe.exec(uri) ?? [];
  return trustDomain && namespace && serviceAccount ? { trustDomain, namespace, serviceAccount } : undefined;
}

export const formatIdentity = ({ trustDomain, namespace, serviceAccount }: SpiffeIdentity): string =>
  `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;

/**
 * The SPIFFE identities of a certificate in their order: the first is who the peer is, any of them may satisfy an
 * expectation. Empty when there is none, or when the names can't be read beyond doubt.
 */
export function identitiesOf(certificate: Pick<X509Certificate, 'subjectAltName'>): SpiffeIdentity[] {
  return alternativeNames(certificate.subjectAltName ?? '')
    .filter(({ type }) => type === 'URI')
    .flatMap(({ value }) => parseIdentity(value) ?? []);
}
