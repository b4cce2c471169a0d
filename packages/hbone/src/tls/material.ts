import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { identitiesOf, type SpiffeIdentity } from '../identity/index.ts';

/** A workload's certificate, its key and the roots it trusts, all in PEM. */
export interface TlsMaterial {
  /** Leaf first, then the intermediates; never the root. */
  certChainPem: string;
  /** PKCS#8. */
  privateKeyPem: string;
  /** Decides both which clients to accept and which servers to believe. */
  rootsPem: string;
  /** Grows with every rotation of the certificate or the roots. */
  generation: number;
}

export interface Credentials {
  context: SecureContext;
  identity: SpiffeIdentity;
}

/** The suites ztunnel offers: AES-GCM only, TLS 1.3 only. */
const tlsPolicy = {
  minVersion: 'TLSv1.3',
  maxVersion: 'TLSv1.3',
  ciphers: 'TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256',
} as const;

/** Building a context costs 4 ms of CPU, a third of a handshake: one per material, not one per connection. */
const built = new WeakMap<TlsMaterial, Credentials>();

/** @throws Error when the PEM is unusable or the leaf has no SPIFFE identity. */
export function credentialsOf(material: TlsMaterial): Credentials {
  const known = built.get(material);
  if (known) return known;
  const [identity] = identitiesOf(new X509Certificate(material.certChainPem));
  if (!identity) throw new Error('the workload certificate has no SPIFFE identity');
  const context = createSecureContext({
    ...tlsPolicy,
    cert: material.certChainPem,
    key: material.privateKeyPem,
    ca: material.rootsPem,
  });
  const credentials = { context, identity };
  built.set(material, credentials);
  return credentials;
}

/** What a `tls.Server` needs of the same: it builds its own context. */
export const serverOptionsOf = (
  material: TlsMaterial,
): {
  cert: string;
  key: string;
  ca: string;
  ciphers: string;
  minVersion: 'TLSv1.3';
  maxVersion: 'TLSv1.3';
} => ({ ...tlsPolicy, cert: material.certChainPem, key: material.privateKeyPem, ca: material.rootsPem });
