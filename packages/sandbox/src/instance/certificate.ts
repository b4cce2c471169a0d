import { Authority, createKeyPair, privateKeyPem, publicKeyDer } from '@meshbed/x509';

export interface ServerIdentity {
  /** What clients trust. */
  caPem: string;
  tls: { key: string; cert: string };
}

const yearMs = 365 * 86_400_000;

/**
 * A certificate authority of this instance only, and the certificate of its Kubernetes API servers, which are called by
 * `publicNames` on the network.
 */
export function createServerIdentity(nowMs: number, publicNames: readonly string[]): ServerIdentity {
  const authority = new Authority({ commonName: 'meshbed sandbox', organization: 'meshbed', nowMs, validDays: 365 });
  const keys = createKeyPair();
  const cert = authority.issue({
    publicKey: publicKeyDer(keys.publicKey),
    commonName: 'kube-apiserver',
    names: {
      dns: [
        'localhost',
        'kubernetes',
        'kubernetes.default',
        'kubernetes.default.svc',
        'kubernetes.default.svc.cluster.local',
        ...publicNames,
      ],
      ips: ['127.0.0.1', '10.100.0.1', '10.0.0.1'],
    },
    ttlMs: yearMs,
    nowMs,
  });
  return { caPem: authority.certificatePem, tls: { key: privateKeyPem(keys.privateKey), cert } };
}
